using BackgroundTasks.Sqlite;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A logger that throws, as one does whose own disk is full, must not end the one writer: nothing would be stored until the next start.</summary>
public sealed class ThrowingLoggerTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("StoreOpened")]
    [InlineData("CannotWrite")]
    [InlineData("CanWriteAgain")]
    [InlineData("")]
    public async Task A_logger_that_throws_ends_no_writer(string throwsAt)
    {
        var path = _folder.NewFile();
        var samples = new SampleTasks();
        await using var journal = new SqliteJournal(Options.Create(new SqliteStoreOptions { Path = path }), samples.Clock, new ThrowingLogger(throwsAt));
        await journal.OpenAsync(default);

        File.Move(path, path + ".away");
        samples.Clock.Advance(TimeSpan.FromMilliseconds(10));
        await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => AddAsync(journal, samples));
        File.Move(path + ".away", path);
        samples.Clock.Advance(TimeSpan.FromMilliseconds(10));

        Assert.True(await AddAsync(journal, samples));
        Assert.Null(journal.Fault);
        Assert.True(await AddAsync(journal, samples));
    }

    [Fact]
    public async Task A_logger_that_throws_stops_no_reader_at_a_damaged_row()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            await store.SucceedAsync(await store.AddAsync());
            await store.SucceedAsync(await store.AddAsync());
            await store.AddAsync();
            await store.AddAsync();
        }

        StoredFile.Execute(path, "UPDATE finished SET standing = '{' WHERE number = 1; UPDATE active SET standing = '{' WHERE seq = (SELECT MAX(seq) FROM active)");
        await using var journal = new SqliteJournal(Options.Create(new SqliteStoreOptions { Path = path }), new SampleTasks().Clock, new ThrowingLogger(""));

        Assert.Single((await journal.OpenAsync(default)).Active);
        Assert.Single((await journal.ListAsync(new BackgroundTaskFilter(), null, 100, default)).Tasks);
    }

    private static Task<bool> AddAsync(SqliteJournal journal, SampleTasks samples) => journal.AddAsync(samples.Queued(), default).AsTask().WaitAsync(TaskHost.Guard);

    /// <param name="at">At which event it throws; empty: at all.</param>
    private sealed class ThrowingLogger(string at) : ILogger<SqliteJournal>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => at.Length > 0 ? true : throw new IOException("The disk of the log is full.");

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == at)
                throw new IOException("The disk of the log is full.");
        }
    }
}

using BackgroundTasks.Sqlite;
using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A store that is open on a file, with a clock that moves only when told.</summary>
internal sealed class SqliteStore : IAsyncDisposable
{
    private readonly SqliteJournal _journal;
    private readonly LocalTaskStore _store;

    private SqliteStore(SqliteStoreOptions options, SampleTasks samples, Schema? schema, BackgroundTaskMemory? memory)
    {
        Memory = memory ?? TestBudget.Of();
        Samples = samples;
        _journal = new SqliteJournal(Options.Create(options), samples.Clock, Events) { Schema = schema ?? Schema.Current };
        Ids = new BackgroundTaskIds(samples.Clock);
        _store = new LocalTaskStore(_journal, Ids, Memory);
    }

    public SampleTasks Samples { get; }

    public BackgroundTaskMemory Memory { get; }

    public EventLog Events { get; } = new();

    public BackgroundTaskIds Ids { get; }

    public IBackgroundTaskStore Tasks => _store;

    public static async Task<SqliteStore> OpenAsync(
        string path, SampleTasks? samples = null, SqliteDurability durability = SqliteDurability.Normal, string? vfs = null, Schema? schema = null, TimeSpan? patience = null,
        BackgroundTaskMemory? memory = null)
    {
        var options = new SqliteStoreOptions { Path = path, Durability = durability, Vfs = vfs };
        options.Patience = patience ?? options.Patience;
        var store = new SqliteStore(options, samples ?? new SampleTasks(), schema, memory);
        try
        {
            await store._store.OpenAsync(default);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens what cannot be opened.</summary>
    public static Task<BackgroundTaskStoreException> RefusalOfAsync(string path, string? vfs = null, Schema? schema = null) =>
        Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => OpenAsync(path, vfs: vfs, schema: schema));

    public async Task<BackgroundTask> AddAsync(BackgroundTask? task = null)
    {
        task ??= Samples.Queued();
        Assert.Equal(AddOutcome.Added, (await Tasks.AddAsync(task, 100_000, default)).Outcome);
        return task;
    }

    public async Task<BackgroundTask> SwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write = StoreWrite.Durable)
    {
        Assert.NotNull(successor);
        Assert.Equal(SwapResult.Swapped, await Tasks.TrySwapAsync(current, successor, write, default));
        return successor;
    }

    public async Task<BackgroundTask> StartAsync(BackgroundTask task, StoreWrite write = StoreWrite.Durable) =>
        await SwapAsync(task, task.Start("node", Samples.Now), write);

    public async Task<BackgroundTask> SucceedAsync(BackgroundTask task, int result = 100)
    {
        var running = await StartAsync(task, StoreWrite.Behind);
        return await SwapAsync(running, running.Succeed(SampleTasks.Json(result), Samples.Now));
    }

    public async Task PurgeAsync(int keepAtMost = 0)
    {
        while (await Tasks.PurgeAsync(DateTimeOffset.MinValue, keepAtMost, default))
        {
        }
    }

    public async Task<string?> FaultAsync() => (await Tasks.GetOverviewAsync(default)).Fault;

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _store.Dispose();
    }
}

using BackgroundTasks.Tests.Sqlite.Faults;
using BackgroundTasks.Tests.Stores;
using SQLitePCL;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A disk that cannot be written for a while.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FaultyFileSystem _system = new();

    public void Dispose()
    {
        _system.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(raw.SQLITE_FULL, "is full. Make room")]
    [InlineData(raw.SQLITE_READONLY, "cannot be written. Give this process the right")]
    [InlineData(raw.SQLITE_IOERR_WRITE, "Look at the disk")]
    public async Task A_write_that_fails_is_refused_with_what_to_do(int code, string advice)
    {
        await using var store = await OpenAsync();
        Break(code);

        var refused = store.Samples.Queued();
        var refusal = await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync(refused));

        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, await store.FaultAsync());
        Assert.Null(await store.Tasks.FindAsync(refused.Id, default));
        _system.Lift();
    }

    [Theory]
    [InlineData(raw.SQLITE_FULL)]
    [InlineData(raw.SQLITE_READONLY)]
    [InlineData(raw.SQLITE_IOERR_WRITE)]
    public async Task A_fault_that_has_passed_is_noticed_within_a_second_without_any_submit(int code)
    {
        await using var store = await OpenAsync();
        Break(code);
        await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());
        _system.Lift();
        Assert.NotNull(await store.FaultAsync());

        store.Samples.Clock.Advance(TimeSpan.FromSeconds(1));
        await store.Events.Of("CanWriteAgain");

        Assert.Null(await store.FaultAsync());
        await store.AddAsync();
    }

    [Fact]
    public async Task A_fault_that_goes_on_is_looked_at_again_every_second()
    {
        await using var store = await OpenAsync();
        var looks = new SemaphoreSlim(0);
        _system.Answer = call =>
        {
            if (FaultyFileSystem.FullDisk(call) is raw.SQLITE_OK)
                return raw.SQLITE_OK;
            looks.Release();
            return raw.SQLITE_FULL;
        };
        await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());

        for (var second = 0; second < 3; second++)
        {
            while (looks.Wait(0))
            {
            }

            // The timer of the next look is set after the fault of the last one, which a refused write waits for.
            store.Samples.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await looks.WaitAsync(TaskHost.Guard));
            await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());
        }

        _system.Lift();
        store.Samples.Clock.Advance(TimeSpan.FromSeconds(1));
        await store.Events.Of("CanWriteAgain");
    }

    [Fact]
    public async Task What_is_owed_during_a_fault_is_stored_after_it()
    {
        var path = _folder.NewFile();
        await using var store = await OpenAsync(path);
        var task = await store.AddAsync();
        Break(raw.SQLITE_FULL);
        var running = await store.StartAsync(task, StoreWrite.Behind);
        store.Samples.Clock.Advance(TimeSpan.FromMilliseconds(100));
        await store.Events.Of("CannotWrite");
        _system.Lift();

        store.Samples.Clock.Advance(TimeSpan.FromSeconds(1));
        await store.Events.Of("CanWriteAgain");

        Assert.Equal(running.Version, StoredFile.Number(_folder.Copy(path), "SELECT version FROM active"));
    }

    [Fact]
    public async Task Reads_go_on_while_nothing_can_be_written()
    {
        await using var store = await OpenAsync();
        var ended = await store.SucceedAsync(await store.AddAsync());
        Break(raw.SQLITE_FULL);
        await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());

        var listed = await store.Tasks.ListAsync(new BackgroundTaskFilter(), default);

        TaskAssert.Same(ended, Assert.Single(listed.Tasks));
        _system.Lift();
    }

    [Fact]
    public async Task A_store_that_is_closed_during_a_fault_is_one_that_crashed()
    {
        var path = _folder.NewFile();
        await using (var store = await OpenAsync(path))
        {
            await store.AddAsync();
            Break(raw.SQLITE_FULL);
            await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());
        }

        _system.Lift();
        await using var reopened = await OpenAsync(path);
        var task = Assert.Single((await reopened.Tasks.ListAsync(new BackgroundTaskFilter(), default)).Tasks);
        Assert.Equal((4, true), (task.Version, task.Survived));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_stops_the_start()
    {
        Break(raw.SQLITE_READONLY);

        var refusal = await SqliteStore.RefusalOfAsync(_folder.NewFile(), vfs: _system.Name);

        Assert.Contains("Give this process the right", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, _system.OpenFiles);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_was_refused_does_not_come_back_after_a_crash(bool goesOn)
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path, durability: SqliteDurability.Full, vfs: _system.Name);
        var kept = await store.AddAsync();
        _system.Answer = call =>
        {
            if (call.Operation is not VfsOperation.Sync)
                return raw.SQLITE_OK;
            if (!goesOn)
                _system.Lift();
            return raw.SQLITE_IOERR_FSYNC;
        };
        var refused = store.Samples.Queued(payload: 20_000);
        await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync(refused));
        _system.Lift();

        await using var reopened = await SqliteStore.OpenAsync(_folder.Copy(path));

        Assert.Null(await reopened.Tasks.FindAsync(refused.Id, default));
        Assert.NotNull(await reopened.Tasks.FindAsync(kept.Id, default));
    }

    private void Break(int code) => _system.Answer = call => call.Operation is VfsOperation.Write ? code : raw.SQLITE_OK;

    private Task<SqliteStore> OpenAsync(string? path = null) => SqliteStore.OpenAsync(path ?? _folder.NewFile(), vfs: _system.Name);
}

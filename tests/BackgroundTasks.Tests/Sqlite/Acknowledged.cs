using System.Collections.Concurrent;
using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>What clients of a store have tried, and the last that each was told of its tasks.</summary>
internal sealed class Acknowledged
{
    private readonly ConcurrentDictionary<(Guid Id, long Version), BackgroundTask> _tried = new();
    private readonly ConcurrentDictionary<Guid, BackgroundTask> _told = new();
    private readonly ConcurrentDictionary<Guid, bool> _removing = new();

    /// <summary>What is told by now.</summary>
    public IReadOnlyList<BackgroundTask> Now => [.. _told.Values];

    /// <summary>Adds a task and takes it through its life.</summary>
    public async Task LiveAsync(SqliteStore store, Random random, int longest)
    {
        var task = store.Samples.Queued(payload: random.Next(longest));
        await TryAsync(task, () => store.AddAsync(task));
        var running = task.Start("node", store.Samples.Now)!;
        if (random.Next(4) == 0)
            return;
        await TryAsync(running, () => store.SwapAsync(task, running, StoreWrite.Behind));
        var ended = random.Next(3) == 0
            ? running.Fail(new("E", "No.", 1), store.Samples.Now)!
            : running.Succeed(SampleTasks.Json(random.Next(longest)), store.Samples.Now)!;
        await TryAsync(ended, () => store.SwapAsync(running, ended));
        if (random.Next(5) != 0)
            return;
        _removing[ended.Id] = true;
        _told.TryRemove(ended.Id, out _);
        try
        {
            await store.Tasks.TrySwapAsync(ended, null, StoreWrite.Durable, default);
        }
        catch (BackgroundTaskStoreException)
        {
            _told[ended.Id] = ended;
            throw;
        }
    }

    /// <summary>The same where any step may be refused.</summary>
    public async Task TryToLiveAsync(SqliteStore store, Random random, int longest)
    {
        try
        {
            await LiveAsync(store, random, longest);
        }
        catch (BackgroundTaskStoreException)
        {
            // It stays as it was told.
        }
    }

    /// <summary>What was told is there, and what was refused is not.</summary>
    public async Task AssertExactAsync(SqliteStore store)
    {
        foreach (var id in _tried.Keys.Select(tried => tried.Id).Distinct())
        {
            var found = await store.Tasks.FindAsync(id, default);
            if (_told.TryGetValue(id, out var told))
                await TaskAssert.SameAsync(told, found, store.Tasks.ReadPayloadAsync);
            else
                Assert.Null(found);
        }
    }

    /// <summary>A file that lost its process has what was told, or a later state; and nothing that nobody has tried. A start is stored behind, and may be lost.</summary>
    public async Task AssertKeptAsync(string path, IReadOnlyList<BackgroundTask> told, string? vfs = null)
    {
        await using var store = await SqliteStore.OpenAsync(path, vfs: vfs);
        StoredFile.AssertWhole(path);
        foreach (var task in told)
        {
            if (await store.Tasks.FindAsync(task.Id, default) is { } found)
                await AssertTriedAsync(store, found, task.State is BackgroundTaskState.Running ? task.Version - 1 : task.Version);
            else
                Assert.True(_removing.ContainsKey(task.Id), "A task that was told is lost.");
        }

        var all = await store.Tasks.ListAsync(new BackgroundTaskFilter { PageSize = 10_000 }, default);
        foreach (var task in all.Tasks)
            await AssertTriedAsync(store, task, 1);
    }

    private async Task AssertTriedAsync(SqliteStore store, BackgroundTask found, long least)
    {
        var version = found.Survived ? found.Version - 3 : found.Version;
        Assert.True(version >= least, $"{version} is older than {least}, which was told.");
        var tried = _tried[(found.Id, version)];
        Assert.Equal(tried.State, found.State);
        if (tried.IsTerminal)
            await TaskAssert.SameAsync(tried, found, store.Tasks.ReadPayloadAsync);
        else
            await TaskAssert.SamePayloadAsync(tried, found, store.Tasks.ReadPayloadAsync);
    }

    private async Task TryAsync(BackgroundTask task, Func<Task> write)
    {
        _tried[(task.Id, task.Version)] = task;
        await write();
        _told[task.Id] = task;
    }
}

using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A fixed course of changes that a store takes or refuses, and what it has acknowledged.</summary>
internal sealed class StoreScenario : IDisposable
{
    private readonly LocalTaskStore _store;
    private readonly SampleTasks _samples;
    private readonly IDisposable _removals;
    private readonly Dictionary<Guid, BackgroundTask> _kept = [];
    private readonly List<Guid> _refused = [];
    private readonly Dictionary<string, bool> _paused = [];

    public StoreScenario(LocalTaskStore store, SampleTasks samples)
    {
        (_store, _samples) = (store, samples);
        _removals = store.Subscribe(change =>
        {
            if (change.Kind is BackgroundTaskChangeKind.Removed)
                _kept.Remove(change.Id);
        });
    }

    public int Refusals { get; private set; }

    public void Dispose() => _removals.Dispose();

    public async Task RunAsync()
    {
        var plain = await AddAsync(_samples.Queued());
        var keyed = await AddAsync(_samples.Queued(key: "first"));
        var big = await AddAsync(_samples.Queued(payload: 3_000));
        var slow = await AddAsync(_samples.Queued(queue: "slow", key: "slow", payload: 600));
        await ChangeAsync(plain, Start, StoreWrite.Behind);
        await ChangeAsync(plain, task => task.Succeed(SampleTasks.Json(2_000), _samples.Now));
        await ChangeAsync(keyed, Start, StoreWrite.Behind);
        await PauseAsync("default", true);
        await ChangeAsync(keyed, Fail);
        await ChangeAsync(keyed, task => task.Retry(_samples.Now));
        await ChangeAsync(big, Start, StoreWrite.Behind);
        _samples.Clock.Advance(TimeSpan.FromMilliseconds(100));
        await ChangeAsync(big, task => task.ScheduleRetry(new("E", "No.", 1), _samples.Now.AddMinutes(1), _samples.Now));
        await ChangeAsync(big, task => task.Cancel(_samples.Now));
        await ReplayAsync(keyed, "first");
        await ChangeAsync(big, task => task.Retry(_samples.Now));
        await ChangeAsync(big, task => task.Cancel(_samples.Now));
        await PauseAsync("slow", true);
        await PauseAsync("default", false);
        await ChangeAsync(slow, task => task.Cancel(_samples.Now));
        await ChangeAsync(slow, _ => null);
        for (var i = 0; i < 3; i++)
            await ChangeAsync(await AddAsync(_samples.Queued(payload: 700)), task => task.Cancel(_samples.Now));
        await TryAsync(async () => await _store.PurgeAsync(DateTimeOffset.MinValue, 2, default));
        await ChangeAsync(keyed, Start, StoreWrite.Behind);
    }

    /// <summary>What was acknowledged is there as it was, what was refused is not, and the counts are those of the tasks.</summary>
    /// <param name="store">The store to look at; null: the one that ran it.</param>
    /// <param name="restarted">Whether the former process ended without closing: versions have risen then.</param>
    public async Task CheckAsync(LocalTaskStore? store = null, bool restarted = false)
    {
        store ??= _store;
        foreach (var (id, task) in _kept)
        {
            var found = await store.FindAsync(id, default);
            if (!restarted || task.IsTerminal)
                await TaskAssert.SameAsync(task, found, store.ReadPayloadAsync);
            else
                Assert.True(found?.Version > task.Version, $"{task.State} was at {task.Version} and is at {found?.Version}.");
        }

        foreach (var id in _refused)
            Assert.Null(await store.FindAsync(id, default));
        var listed = await store.ListAsync(new BackgroundTaskFilter { PageSize = 100 }, default);
        Assert.Equal(_kept.Keys.Order(), listed.Tasks.Select(task => task.Id).Order());
        var overview = await store.GetOverviewAsync(default);
        foreach (var queue in overview.Queues)
        {
            var counts = new[] { queue.Scheduled, queue.Queued, queue.Running, queue.Succeeded, queue.Failed, queue.Canceled };
            var expected = Counts(queue.Queue);
            if (restarted)
                (counts, expected) = ([counts[..3].Sum(), .. counts[3..]], [expected[..3].Sum(), .. expected[3..]]);
            Assert.Equal(expected, counts);
            Assert.Equal(_paused.GetValueOrDefault(queue.Queue), queue.Paused);
        }
    }

    /// <summary>The store works: it takes a task and ends it.</summary>
    public async Task CheckWorksAsync()
    {
        var before = Refusals;
        await ChangeAsync(await AddAsync(_samples.Queued(payload: 900)), task => task.Cancel(_samples.Now));
        Assert.Equal(before, Refusals);
        Assert.Null((await _store.GetOverviewAsync(default)).Fault);
    }

    private BackgroundTask? Start(BackgroundTask task) => task.Start("node", _samples.Now);

    private BackgroundTask? Fail(BackgroundTask task) => task.Fail(new("E", "No.", task.Attempt), _samples.Now);

    private long[] Counts(string queue) =>
        [.. Enum.GetValues<BackgroundTaskState>().Select(state => _kept.Values.LongCount(task => task.Queue == queue && task.State == state))];

    private async Task<Guid> AddAsync(BackgroundTask task)
    {
        if (await TryAsync(async () => await _store.AddAsync(task, 100, default)))
            _kept.Add(task.Id, task);
        else
            _refused.Add(task.Id);
        return task.Id;
    }

    private async Task ChangeAsync(Guid id, Func<BackgroundTask, BackgroundTask?> change, StoreWrite write = StoreWrite.Durable)
    {
        if (!_kept.TryGetValue(id, out var task))
            return;
        var successor = change(task);
        if (successor is null && !task.IsTerminal)
            return;
        if (await TryAsync(async () => Assert.Equal(SwapResult.Swapped, await _store.TrySwapAsync(task, successor, write, default))) && successor is not null)
            _kept[id] = successor;
    }

    private async Task ReplayAsync(Guid id, string key)
    {
        if (!_kept.ContainsKey(id))
            return;
        await TryAsync(async () =>
        {
            var result = await _store.AddAsync(_samples.Queued(key: key), 100, default);
            Assert.Equal((AddOutcome.SameIdempotencyKey, id), (result.Outcome, result.Existing!.Id));
        });
    }

    private async Task PauseAsync(string queue, bool paused)
    {
        if (await TryAsync(async () => await _store.SetPausedAsync(queue, paused, default)))
            _paused[queue] = paused;
    }

    private async Task<bool> TryAsync(Func<Task> change)
    {
        try
        {
            await change();
            return true;
        }
        catch (BackgroundTaskStoreException)
        {
            Refusals++;
            return false;
        }
    }
}

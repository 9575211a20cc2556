using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Sqlite;
using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Budget;

/// <summary>What the stores hold in memory is bounded in bytes, not by number alone.</summary>
public sealed class StoreBudgetTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;
    private readonly SampleTasks _samples = new();
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(100, 4_000)]
    [InlineData(100_000, 1)]
    public async Task A_submit_that_does_not_fit_is_refused_and_leaves_nothing(int payload, int leastFitting)
    {
        var memory = TestBudget.Of(8 * Megabyte);
        using var store = await OpenAsync(memory);
        var fitting = 0;
        while ((await store.AddAsync(_samples.Queued(payload: payload), 1_000_000, default)).Outcome is AddOutcome.Added)
            fitting++;

        var used = memory.Used;
        var refused = await store.AddAsync(_samples.Queued(payload: payload, key: "again"), 1_000_000, default);

        Assert.Equal(AddOutcome.NoMemory, refused.Outcome);
        Assert.True(fitting >= leastFitting, $"{fitting} fitted.");
        Assert.Equal(used, memory.Used);
        Assert.Equal(fitting, Assert.Single((await store.GetOverviewAsync(default)).Queues).Queued);
        Assert.Equal(AddOutcome.NoMemory, (await store.AddAsync(_samples.Queued(payload: payload, key: "again"), 1_000_000, default)).Outcome);
    }

    [Fact]
    public async Task A_queue_is_full_before_the_memory_is()
    {
        using var store = await OpenAsync(TestBudget.Of(Megabyte));

        var refused = await store.AddAsync(_samples.Queued(payload: 2 * Megabyte), 0, default);

        Assert.Equal(AddOutcome.QueueFull, refused.Outcome);
    }

    [Fact]
    public async Task What_was_accepted_goes_on_however_little_memory_is_left()
    {
        var memory = TestBudget.Of(8 * Megabyte);
        using var store = await OpenAsync(memory);
        var queued = _samples.Queued(payload: 100_000);
        var scheduled = BackgroundTask.Create(_samples.Queued().Submission, _samples.Now.AddSeconds(1));
        var failed = _samples.Queued(payload: 100_000);
        foreach (var task in new[] { queued, scheduled, failed })
            Assert.Equal(AddOutcome.Added, (await store.AddAsync(task, 10, default)).Outcome);
        await SwapAsync(store, failed.Id, task => task.Start("node", _samples.Now));
        await SwapAsync(store, failed.Id, task => task.Fail(new("E", "", 1), _samples.Now));
        memory.Take(memory.Limit);
        _samples.Clock.Advance(TimeSpan.FromSeconds(2));

        await SwapAsync(store, scheduled.Id, task => task.Release(_samples.Now));
        await SwapAsync(store, failed.Id, task => task.Retry(_samples.Now));
        await SwapAsync(store, queued.Id, task => task.Start("node", _samples.Now));
        await SwapAsync(store, queued.Id, task => task.Recover(3, _samples.Now));
        await SwapAsync(store, queued.Id, task => task.Start("node", _samples.Now));
        await SwapAsync(store, queued.Id, task => task.Succeed(SampleTasks.Json(Megabyte), _samples.Now));

        Assert.Equal(Megabyte, (await store.FindAsync(queued.Id, default))!.Result.Length);
    }

    [Fact]
    public async Task Finished_tasks_give_way_to_those_that_are_submitted()
    {
        var memory = TestBudget.Of(16 * Megabyte);
        using var store = await OpenAsync(memory);
        var finished = new List<Guid>();
        for (var i = 0; i < 50; i++)
            finished.Add(await SucceedAsync(store, resultLength: Megabyte));

        Assert.True(memory.Used <= 10 * Megabyte, $"{memory.Used} bytes are held.");
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(_samples.Queued(payload: 5 * Megabyte), 10, default)).Outcome);
        Assert.Null(await store.FindAsync(finished[0], default));
        Assert.NotNull(await store.FindAsync(finished[^1], default));
        Assert.InRange(Assert.Single((await store.GetOverviewAsync(default)).Queues).Succeeded, 5, 8);
    }

    [Fact]
    public async Task With_a_file_the_freshest_finished_tasks_take_a_sixteenth_of_the_memory_and_all_are_kept()
    {
        var memory = TestBudget.Of(32 * Megabyte);
        await using var store = await SqliteStore.OpenAsync(_folder.NewFile(), _samples, memory: memory);
        var finished = new List<Guid>();
        for (var i = 0; i < 20; i++)
            finished.Add(await SucceedAsync(store.Tasks, resultLength: Megabyte));

        Assert.InRange(memory.Used, Megabyte, 2 * Megabyte);
        foreach (var id in finished)
            Assert.Equal(Megabyte, (await store.Tasks.FindAsync(id, default))!.Result.Length);
    }

    [Fact]
    public async Task With_a_file_a_long_payload_that_waits_takes_no_memory()
    {
        var memory = TestBudget.Of(4 * Megabyte);
        await using var store = await SqliteStore.OpenAsync(_folder.NewFile(), _samples, memory: memory);

        for (var i = 0; i < 50; i++)
            await store.AddAsync(_samples.Queued(payload: Megabyte));

        Assert.InRange(memory.Used, 50 * TaskBytes.Fixed, 100 * TaskBytes.Fixed);
    }

    [Fact]
    public async Task What_a_restart_brings_back_is_counted()
    {
        var path = _folder.NewFile();
        await using (var former = await SqliteStore.OpenAsync(path, _samples))
        {
            await former.AddAsync(_samples.Queued(payload: 4_000));
            await former.AddAsync(_samples.Queued(payload: Megabyte));
        }

        await using var store = await SqliteStore.OpenAsync(path, _samples);

        Assert.Equal((2 * TaskBytes.Fixed) + 4_000, store.Memory.Used);
    }

    private static async Task<LocalTaskStore> OpenAsync(BackgroundTaskMemory memory)
    {
        var store = new LocalTaskStore(TestBudget.Journal(memory), new BackgroundTaskIds(TimeProvider.System), memory);
        await store.OpenAsync(default);
        return store;
    }

    private async Task<Guid> SucceedAsync(IBackgroundTaskStore store, int resultLength)
    {
        var task = _samples.Queued();
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(task, 10, default)).Outcome);
        await SwapAsync(store, task.Id, queued => queued.Start("node", _samples.Now));
        await SwapAsync(store, task.Id, running => running.Succeed(SampleTasks.Json(resultLength), _samples.Now));
        return task.Id;
    }

    private static async Task SwapAsync(IBackgroundTaskStore store, Guid id, Func<BackgroundTask, BackgroundTask?> change)
    {
        var task = (await store.FindAsync(id, default))!;
        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(task, change(task), StoreWrite.Durable, default));
    }
}

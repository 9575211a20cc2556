using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;
using Xunit.Abstractions;

namespace BackgroundTasks.Tests.Stores;

/// <summary>Measured in bytes of this process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(MemoryJournalSpaceTests), DisableParallelization = true)]
[Collection(nameof(MemoryJournalSpaceTests))]
public sealed class MemoryJournalSpaceTests(ITestOutputHelper output)
{
    private readonly SampleTasks _samples = new();
    private readonly MemoryJournal _journal = TestBudget.Journal();

    [Fact]
    public async Task A_finished_task_with_a_result_of_100_bytes_takes_200_bytes_at_most()
    {
        const int Tasks = 200_000;
        var before = Living();

        await FillAsync(Tasks);

        var perTask = (Living() - before) / (double)Tasks;
        output.WriteLine($"{perTask:F1} bytes a task in {_journal.SegmentCount} segments");
        Assert.InRange(perTask, 100, 200);
        GC.KeepAlive(_journal);
    }

    [Fact]
    public async Task Filling_and_purging_again_and_again_takes_no_more_memory()
    {
        const int Kept = 10_000;
        await FillAsync(Kept);
        await PurgeAsync(Kept / 2);
        var before = Living();

        for (var round = 0; round < 60; round++)
        {
            await FillAsync(Kept);
            await PurgeAsync(Kept / 2);
        }

        Assert.InRange(Living() - before, long.MinValue, 3_000_000);
        Assert.InRange(_journal.SegmentCount, 1, 3);
    }

    [Fact]
    public async Task Deleting_what_just_finished_takes_no_more_memory()
    {
        for (var i = 0; i < 50_000; i++)
        {
            var task = _samples.Succeeded();
            await _journal.WriteAsync(null, task, StoreWrite.Durable, default);
            await _journal.WriteAsync(task, null, StoreWrite.Durable, default);
        }

        Assert.InRange(_journal.SegmentCount, 0, 1);
    }

    [Fact]
    public async Task A_few_that_are_kept_among_many_deleted_do_not_keep_the_memory_of_all()
    {
        var kept = new List<BackgroundTask>();

        for (var i = 0; i < 200_000; i++)
        {
            var task = _samples.Succeeded();
            await _journal.WriteAsync(null, task, StoreWrite.Durable, default);
            if (i % 1000 == 0)
                kept.Add(task);
            else
                await _journal.WriteAsync(task, null, StoreWrite.Durable, default);
        }

        foreach (var task in kept)
            TaskAssert.Same(task, await _journal.FindAsync(task.Id, default));
        Assert.InRange(_journal.SegmentBytes, 1, 3_000_000);
        var purged = new List<Guid>();
        await PurgeAsync(0, purged);
        Assert.Equal(kept.Select(task => task.Id), purged);
    }

    [Fact]
    public async Task Deleting_most_of_what_finished_long_ago_gives_its_memory_back()
    {
        var tasks = Enumerable.Range(0, 50_000).Select(_ => _samples.Succeeded()).ToList();
        foreach (var task in tasks)
            await _journal.WriteAsync(null, task, StoreWrite.Durable, default);

        foreach (var task in tasks.Where((_, i) => i % 1000 != 0))
            await _journal.WriteAsync(task, null, StoreWrite.Durable, default);

        Assert.InRange(_journal.SegmentBytes, 1, 2_000_000);
        GC.KeepAlive(tasks);
    }

    [Fact]
    public async Task Keys_take_no_memory_once_their_tasks_are_purged()
    {
        var before = Living();

        for (var i = 0; i < 200_000; i++)
        {
            var queued = _samples.Queued(key: $"a key of some length, number {i}");
            await _journal.WriteAsync(null, _samples.Done(queued, BackgroundTaskState.Canceled), StoreWrite.Durable, default);
            if (i % 1000 == 0)
                await PurgeAsync(0);
        }

        await PurgeAsync(0);
        Assert.InRange(Living() - before, long.MinValue, 8_000_000);
    }

    [Fact]
    public async Task A_large_result_that_is_deleted_goes_at_once()
    {
        var task = _samples.Succeeded(5_000_000);
        await _journal.WriteAsync(null, task, StoreWrite.Durable, default);

        await _journal.WriteAsync(task, null, StoreWrite.Durable, default);

        Assert.Equal(0, _journal.SegmentCount);
    }

    [Fact]
    public async Task Large_results_among_small_ones_leave_no_half_empty_segments()
    {
        var before = Living();
        var results = 0;

        for (var i = 0; i < 40; i++)
        {
            foreach (var length in new[] { 1_500_000, 100 })
            {
                await _journal.WriteAsync(null, _samples.Succeeded(length), StoreWrite.Durable, default);
                results += length;
            }
        }

        Assert.InRange(Living() - before, results, results + 3_000_000);
        GC.KeepAlive(_journal);
    }

    private async Task FillAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _samples.Clock.Advance(TimeSpan.FromTicks(1234));
            var queued = _samples.Queued();
            var running = queued.Start("node", _samples.Now.AddMilliseconds(1.5))!;
            await _journal.WriteAsync(running, running.Succeed(SampleTasks.Json(100), _samples.Now.AddSeconds(2.5)), StoreWrite.Durable, default);
        }
    }

    private async Task PurgeAsync(int keep, List<Guid>? purged = null)
    {
        while (await _journal.PurgeAsync(DateTimeOffset.MinValue, keep, task => purged?.Add(task.Id), default))
        {
        }
    }

    /// <summary>The bytes of what lives. Blocking and compacting, and again after the finalizers: one collection alone may leave dead segments behind.</summary>
    private static long Living()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

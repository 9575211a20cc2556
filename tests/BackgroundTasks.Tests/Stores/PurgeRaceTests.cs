using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

/// <summary>What happens between two steps of the store, made to happen there by a journal that waits.</summary>
public sealed class PurgeRaceTests : IDisposable
{
    private readonly SampleTasks _samples = new();
    private readonly SteppingJournal _journal = new();
    private readonly LocalTaskStore _store;

    public PurgeRaceTests() => _store = new(_journal, new BackgroundTaskIds(TimeProvider.System), TestBudget.Of());

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_task_that_is_deleted_while_it_is_purged_is_counted_out_once()
    {
        var task = await AddFinishedAsync();
        _journal.AfterPurge = async () => await _store.TrySwapAsync(task, null, StoreWrite.Durable, default);

        await _store.PurgeAsync(DateTimeOffset.MaxValue, 0, default);

        Assert.Equal(0, (await CountsAsync()).Succeeded);
    }

    [Fact]
    public async Task A_task_that_is_run_again_while_it_is_purged_is_counted_by_what_it_is_then()
    {
        var task = await AddFinishedAsync();
        _journal.AfterPurge = async () =>
        {
            var retried = _samples.Retried(task);
            await _store.TrySwapAsync(task, retried, StoreWrite.Durable, default);
            await FinishAsync(retried);
        };

        await _store.PurgeAsync(DateTimeOffset.MaxValue, 0, default);

        Assert.Equal(1, (await CountsAsync()).Succeeded);
        Assert.NotNull(await _store.FindAsync(task.Id, default));
    }

    [Fact]
    public async Task A_task_that_ended_again_just_before_it_is_purged_is_counted_out()
    {
        var task = await AddFinishedAsync();
        _journal.BeforePurge = async () =>
        {
            var retried = _samples.Retried(task);
            await _store.TrySwapAsync(task, retried, StoreWrite.Durable, default);
            await FinishAsync(retried);
        };

        await _store.PurgeAsync(DateTimeOffset.MaxValue, 0, default);

        Assert.Equal(0, (await CountsAsync()).Succeeded);
        Assert.Null(await _store.FindAsync(task.Id, default));
    }

    [Fact]
    public async Task Of_many_deletes_of_a_packed_task_one_counts_it_out()
    {
        var task = await AddFinishedAsync();
        for (var i = 0; i < FreshlyFinished.Capacity; i++)
            await AddFinishedAsync();
        var steps = 0;
        var deletes = new List<Task<SwapResult>>();
        _journal.AfterFind = () =>
        {
            // Another delete overtakes the first one when that has read the task, and one more before that has seen that it is gone.
            if (++steps is 1 or 4)
                deletes.Add(_store.TrySwapAsync(task, null, StoreWrite.Durable, default).AsTask());
            return Task.CompletedTask;
        };

        deletes.Add(_store.TrySwapAsync(task, null, StoreWrite.Durable, default).AsTask());

        Assert.Single(await Task.WhenAll(deletes).WaitAsync(TaskHost.Guard), SwapResult.Swapped);
        Assert.Equal(FreshlyFinished.Capacity, (await CountsAsync()).Succeeded);
    }

    [Fact]
    public async Task A_packed_task_that_is_purged_while_it_is_brought_back_is_counted_out_once()
    {
        var task = await AddFinishedAsync();
        for (var i = 0; i < FreshlyFinished.Capacity; i++)
            await AddFinishedAsync();
        var steps = 0;
        Task<bool>? purge = null;
        _journal.AfterFind = () =>
        {
            if (++steps == 2)
                purge = _store.PurgeAsync(DateTimeOffset.MinValue, FreshlyFinished.Capacity, default).AsTask();
            return Task.CompletedTask;
        };

        await _store.TrySwapAsync(task, null, StoreWrite.Durable, default).AsTask().WaitAsync(TaskHost.Guard);
        await purge!.WaitAsync(TaskHost.Guard);

        Assert.Equal(FreshlyFinished.Capacity, (await CountsAsync()).Succeeded);
        Assert.Null(await _store.FindAsync(task.Id, default));
    }

    private async Task<BackgroundTask> AddFinishedAsync()
    {
        var task = _samples.Queued();
        await _store.AddAsync(task, int.MaxValue, default);
        return await FinishAsync(task);
    }

    private async Task<BackgroundTask> FinishAsync(BackgroundTask queued)
    {
        var running = queued.Start("node", _samples.Now)!;
        var ended = running.Succeed(default, _samples.Now)!;
        await _store.TrySwapAsync(queued, running, StoreWrite.Behind, default);
        await _store.TrySwapAsync(running, ended, StoreWrite.Durable, default);
        return ended;
    }

    private async Task<QueueCounts> CountsAsync() => (await _store.GetOverviewAsync(default)).Queues.Single();
}

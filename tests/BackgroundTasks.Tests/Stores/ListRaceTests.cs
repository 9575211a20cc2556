using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

/// <summary>A list that is read while an ended task is tried again.</summary>
public sealed class ListRaceTests : IDisposable
{
    private readonly SampleTasks _samples = new();
    private readonly SteppingJournal _journal = new();
    private readonly LocalTaskStore _store;

    public ListRaceTests() => _store = new(_journal, new BackgroundTaskIds(TimeProvider.System), TestBudget.Of());

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_task_whose_retry_is_being_stored_is_in_the_list_as_it_ended()
    {
        var failed = await FailAsync();
        var written = new TaskCompletionSource();
        _journal.BeforeWritten = written.Task.WaitAsync;
        var retrying = _store.TrySwapAsync(failed, failed.Retry(_samples.Now), StoreWrite.Durable, default).AsTask();

        var listed = await _store.ListAsync(new(), default);
        written.SetResult();
        await retrying;

        Assert.Equal(BackgroundTaskState.Failed, Assert.Single(listed.Tasks).State);
        Assert.Equal(BackgroundTaskState.Queued, Assert.Single((await _store.ListAsync(new(), default)).Tasks).State);
    }

    [Fact]
    public async Task A_task_that_is_tried_again_between_the_two_readings_of_a_list_is_in_it()
    {
        var failed = await FailAsync();
        _journal.BeforeList = async () =>
        {
            _journal.BeforeList = null;
            await _store.TrySwapAsync(failed, failed.Retry(_samples.Now), StoreWrite.Durable, default);
        };

        var listed = await _store.ListAsync(new(), default);

        Assert.Equal(BackgroundTaskState.Queued, Assert.Single(listed.Tasks).State);
    }

    private async Task<BackgroundTask> FailAsync()
    {
        var queued = _samples.Queued();
        await _store.AddAsync(queued, 10, default);
        var running = queued.Start("node", _samples.Now)!;
        await _store.TrySwapAsync(queued, running, StoreWrite.Durable, default);
        var failed = running.Fail(new("E", "It failed.", 1), _samples.Now)!;
        await _store.TrySwapAsync(running, failed, StoreWrite.Durable, default);
        return failed;
    }
}

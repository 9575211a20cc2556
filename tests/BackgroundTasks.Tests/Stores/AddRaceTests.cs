using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

public sealed class AddRaceTests : IDisposable
{
    private readonly SampleTasks _samples = new();
    private readonly SteppingJournal _journal = new();
    private readonly LocalTaskStore _store;

    public AddRaceTests() => _store = new(_journal, new BackgroundTaskIds(TimeProvider.System), TestBudget.Of());

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_task_whose_caller_leaves_while_it_is_written_is_kept()
    {
        using var leave = new CancellationTokenSource();
        var written = new TaskCompletionSource();
        _journal.BeforeWritten = written.Task.WaitAsync;
        var task = _samples.Queued();
        var adding = _store.AddAsync(task, 10, leave.Token).AsTask();

        await leave.CancelAsync();
        written.SetResult();
        await Task.WhenAny(adding).WaitAsync(TaskHost.Guard);

        Assert.NotNull(await _store.FindAsync(task.Id, default));
        Assert.Equal(1, (await CountsAsync()).Queued);
    }

    [Fact]
    public async Task An_id_that_lives_already_takes_no_place()
    {
        var task = _samples.Queued();
        await _store.AddAsync(task, 10, default);

        var second = await _store.AddAsync(task, 10, default);

        Assert.Equal((AddOutcome.SameId, task.Id), (second.Outcome, second.Existing!.Id));
        Assert.Equal(1, (await CountsAsync()).Queued);
    }

    [Fact]
    public async Task An_addition_waits_for_another_one_with_its_id_and_takes_the_place_if_that_fails()
    {
        var written = new TaskCompletionSource();
        _journal.BeforeWritten = written.Task.WaitAsync;
        var task = _samples.Queued();
        var first = _store.AddAsync(task, 10, default).AsTask();
        var second = _store.AddAsync(task, 10, default).AsTask();
        Assert.Null(await _store.FindAsync(task.Id, default));
        Assert.False(second.IsCompleted);

        _journal.BeforeWritten = null;
        written.SetException(new BackgroundTaskStoreException("The disk is full."));

        await Assert.ThrowsAsync<BackgroundTaskStoreException>(() => first.WaitAsync(TaskHost.Guard));
        Assert.Equal(AddOutcome.Added, (await second.WaitAsync(TaskHost.Guard)).Outcome);
        Assert.Equal(1, (await CountsAsync()).Queued);
    }

    private async Task<QueueCounts> CountsAsync() => (await _store.GetOverviewAsync(default)).Queues.Single();
}

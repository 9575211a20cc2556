using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

/// <summary>Keys while the tasks that have them come back to life.</summary>
public sealed class KeyRaceTests : IDisposable
{
    private readonly SampleTasks _samples = new();
    private readonly SteppingJournal _journal = new();
    private readonly LocalTaskStore _store;

    public KeyRaceTests() => _store = new(_journal, new BackgroundTaskIds(TimeProvider.System), TestBudget.Of());

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_unique_key_is_held_while_the_retry_of_its_task_is_written()
    {
        var first = Keyed(unique: "u");
        var canceled = await EndAsync(first);
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _journal.BeforeWritten = _ => written.Task;
        var retrying = _store.TrySwapAsync(canceled, canceled.Retry(_samples.Now), StoreWrite.Durable, default).AsTask();
        _journal.BeforeWritten = null;

        var adding = _store.AddAsync(Keyed(unique: "u"), 10, default).AsTask();
        written.SetResult();

        Assert.Equal(SwapResult.Swapped, await retrying.WaitAsync(TaskHost.Guard));
        Assert.Equal((AddOutcome.SameUniqueKey, first.Id), await OutcomeOf(adding));
    }

    [Fact]
    public async Task A_retry_that_could_not_be_written_gives_the_unique_key_back()
    {
        var canceled = await EndAsync(Keyed(unique: "u"));
        _journal.BeforeWritten = _ => Task.FromException(new IOException());
        await Assert.ThrowsAsync<IOException>(async () => await _store.TrySwapAsync(canceled, canceled.Retry(_samples.Now), StoreWrite.Durable, default));
        _journal.BeforeWritten = null;

        var result = await _store.AddAsync(Keyed(unique: "u"), 10, default).AsTask().WaitAsync(TaskHost.Guard);

        Assert.Equal(AddOutcome.Added, result.Outcome);
    }

    [Fact]
    public async Task A_task_that_comes_back_while_its_idempotency_key_is_looked_for_has_it()
    {
        var first = Keyed(idempotency: "k");
        var canceled = await EndAsync(first);
        await DisplaceFreshAsync();
        _journal.BeforeFindByKey = async () => await _store.TrySwapAsync(canceled, canceled.Retry(_samples.Now), StoreWrite.Durable, default);

        var adding = _store.AddAsync(Keyed(idempotency: "k"), 10_000, default).AsTask();

        Assert.Equal((AddOutcome.SameIdempotencyKey, first.Id), await OutcomeOf(adding));
    }

    [Fact]
    public async Task A_task_that_ended_twice_keeps_its_idempotency_key_when_it_comes_back_once_more()
    {
        var first = Keyed(idempotency: "k");
        var ended = await EndAsync(first);
        for (var i = 0; i < FreshlyFinished.Capacity / 2; i++)
            await EndAsync(_samples.Queued());
        var again = ended.Retry(_samples.Now)!;
        await _store.TrySwapAsync(ended, again, StoreWrite.Durable, default);
        ended = await CancelAsync(again);
        for (var i = 0; i < FreshlyFinished.Capacity / 2; i++)
            await EndAsync(_samples.Queued());
        await _store.TrySwapAsync(ended, ended.Retry(_samples.Now), StoreWrite.Durable, default);
        await DisplaceFreshAsync();

        var adding = _store.AddAsync(Keyed(idempotency: "k"), 10_000, default).AsTask();

        Assert.Equal((AddOutcome.SameIdempotencyKey, first.Id), await OutcomeOf(adding));
    }

    private static async Task<(AddOutcome, Guid?)> OutcomeOf(Task<AddResult> adding)
    {
        var result = await adding.WaitAsync(TaskHost.Guard);
        return (result.Outcome, result.Existing?.Id);
    }

    private async Task DisplaceFreshAsync()
    {
        for (var i = 0; i < FreshlyFinished.Capacity; i++)
            await EndAsync(_samples.Queued());
    }

    private async Task<BackgroundTask> EndAsync(BackgroundTask task)
    {
        await _store.AddAsync(task, 10_000, default);
        return await CancelAsync(task);
    }

    private async Task<BackgroundTask> CancelAsync(BackgroundTask task)
    {
        var canceled = task.Cancel(_samples.Now)!;
        await _store.TrySwapAsync(task, canceled, StoreWrite.Durable, default);
        return canceled;
    }

    private BackgroundTask Keyed(string? idempotency = null, string? unique = null) => BackgroundTask.Create(new BackgroundTaskSubmission
    {
        Id = _samples.Queued().Id,
        Type = "t",
        Queue = "default",
        CreatedAt = _samples.Now,
        IdempotencyKey = idempotency,
        UniqueKey = unique,
    });
}

using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

public sealed class MemoryJournalTests : BackgroundTaskJournalSuite
{
    private readonly SampleTasks _samples = new();

    protected override IBackgroundTaskJournal CreateJournal() => TestBudget.Journal();

    [Fact]
    public async Task Every_call_completes_at_once()
    {
        var task = _samples.Succeeded();

        Assert.True(Journal.WriteAsync(null, task, StoreWrite.Durable, default).AsTask().IsCompletedSuccessfully);
        Assert.True(Journal.FindAsync(task.Id, default).AsTask().IsCompletedSuccessfully);
        Assert.True(Journal.ListAsync(new(), null, 10, default).AsTask().IsCompletedSuccessfully);
        Assert.True(Journal.PurgeAsync(default, 0, _ => { }, default).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task What_succeeded_loses_its_payload()
    {
        var task = _samples.Succeeded();

        await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        Assert.True((await Journal.FindAsync(task.Id, default))!.Submission.Payload.IsEmpty);
    }

    [Fact]
    public async Task Half_a_surrogate_pair_in_a_key_is_no_other_key()
    {
        var task = _samples.Done(_samples.Queued(key: "a\uD800"), BackgroundTaskState.Failed);

        await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        TaskAssert.Same(task, await Journal.FindByKeyAsync("a\uD800", default));
        await Journal.WriteAsync(task, null, StoreWrite.Durable, default);
        Assert.Null(await Journal.FindByKeyAsync("a\uD800", default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331+01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    public async Task A_trace_parent_of_any_form_comes_back(string traceParent)
    {
        var task = Done(new BackgroundTaskSubmission { Id = _samples.Queued().Id, Type = "resize", Queue = "default", CreatedAt = _samples.Now, TraceParent = traceParent });

        await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        Assert.Equal(traceParent, (await Journal.FindAsync(task.Id, default))!.Submission.TraceParent);
    }

    [Fact]
    public async Task More_types_than_the_table_of_names_holds_come_back()
    {
        var tasks = Enumerable.Range(0, 10_100).Select(i => _samples.Done(_samples.Queued($"type {i}"), BackgroundTaskState.Canceled)).ToList();

        foreach (var task in tasks)
            await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        foreach (var task in tasks)
            Assert.Equal(task.Type, (await Journal.FindAsync(task.Id, default))!.Type);
    }

    [Fact]
    public async Task The_sequence_may_start_again()
    {
        _samples.StartAfter(_samples.IdWithSequence(uint.MaxValue - 1500));
        var tasks = Enumerable.Range(0, 3000).Select(_ => _samples.Succeeded()).ToList();
        Assert.True(BackgroundTaskIds.SequenceOf(tasks[^1].Id) < BackgroundTaskIds.SequenceOf(tasks[0].Id));

        // Those made after the wrap finish first.
        foreach (var task in tasks.AsEnumerable().Reverse())
            await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        foreach (var task in tasks)
            TaskAssert.Same(task, await Journal.FindAsync(task.Id, default));
        Assert.Equal(tasks.AsEnumerable().Reverse().Select(task => task.Id), await ListIdsAsync());
    }

    [Fact]
    public async Task A_newest_task_that_is_retried_again_and_again_stays_in_its_place()
    {
        var older = _samples.Failed();
        var newest = _samples.Failed();
        await Journal.WriteAsync(null, older, StoreWrite.Durable, default);
        await Journal.WriteAsync(null, newest, StoreWrite.Durable, default);

        for (var i = 0; i < 10; i++)
        {
            await Journal.WriteAsync(newest, _samples.Retried(newest), StoreWrite.Durable, default);
            await Journal.WriteAsync(_samples.Retried(newest), newest, StoreWrite.Durable, default);
        }

        Assert.Equal([newest.Id, older.Id], await ListIdsAsync());
    }

    [Fact]
    public async Task A_task_that_is_written_in_another_state_is_listed_there_alone()
    {
        var older = _samples.Failed();
        var queued = _samples.Queued();
        var failed = _samples.Done(queued, BackgroundTaskState.Failed);
        await Journal.WriteAsync(null, older, StoreWrite.Durable, default);
        await Journal.WriteAsync(null, failed, StoreWrite.Durable, default);

        await Journal.WriteAsync(failed, _samples.Done(queued, BackgroundTaskState.Succeeded), StoreWrite.Durable, default);

        var page = await Journal.ListAsync(new() { States = [BackgroundTaskState.Failed] }, null, maxRecords: 1, default);
        Assert.Equal(older.Id, Assert.Single(page.Tasks).Id);
        Assert.Equal([queued.Id, older.Id], await ListIdsAsync());
    }

    [Fact]
    public async Task Tasks_of_the_same_sequence_in_other_epochs_do_not_meet()
    {
        var tasks = new List<BackgroundTask>();
        for (var epoch = 0; epoch < 5; epoch++)
        {
            foreach (var sequence in new uint[] { 5, 5, 1_000_000, 1u << 31, uint.MaxValue - 5 })
            {
                _samples.Clock.Advance(TimeSpan.FromDays(1));
                tasks.Add(Done(_samples.IdWithSequence(sequence)));
                await Journal.WriteAsync(null, tasks[^1], StoreWrite.Durable, default);
            }
        }

        foreach (var task in tasks)
            TaskAssert.Same(task, await Journal.FindAsync(task.Id, default));
        Assert.Equal(tasks.AsEnumerable().Reverse().Select(task => task.Id), await ListIdsAsync());
        await Journal.WriteAsync(tasks[4], null, StoreWrite.Durable, default);
        Assert.Null(await Journal.FindAsync(tasks[4].Id, default));
        Assert.NotNull(await Journal.FindAsync(tasks[0].Id, default));
    }

    [Fact]
    public async Task A_task_that_ran_for_longer_than_a_round_of_the_sequence_is_kept()
    {
        var veteran = Done(_samples.IdWithSequence(1000));
        _samples.Clock.Advance(TimeSpan.FromDays(30));
        await Journal.WriteAsync(null, Done(_samples.IdWithSequence(uint.MaxValue)), StoreWrite.Durable, default);
        _samples.Clock.Advance(TimeSpan.FromDays(30));
        var young = Done(_samples.IdWithSequence(1000));
        await Journal.WriteAsync(null, young, StoreWrite.Durable, default);

        await Journal.WriteAsync(null, veteran, StoreWrite.Durable, default);

        TaskAssert.Same(veteran, await Journal.FindAsync(veteran.Id, default));
        TaskAssert.Same(young, await Journal.FindAsync(young.Id, default));
    }

    private BackgroundTask Done(Guid id) => Done(new BackgroundTaskSubmission { Id = id, Type = "resize", Queue = "default", CreatedAt = _samples.Now });

    private BackgroundTask Done(BackgroundTaskSubmission submission) => _samples.Done(BackgroundTask.Create(submission), BackgroundTaskState.Succeeded);

    private async Task<List<Guid>> ListIdsAsync()
    {
        var ids = new List<Guid>();
        Guid? below = null;
        do
        {
            var page = await Journal.ListAsync(new() { PageSize = 3 }, below, 2, default);
            ids.AddRange(page.Tasks.Select(task => task.Id));
            below = page.Resume;
        }
        while (below is not null);
        return ids;
    }
}

namespace BackgroundTasks.Tests.Stores;

/// <summary>Scheduled tasks.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    [Fact]
    public async Task What_is_due_is_listed_first_due_first_until_it_is_changed()
    {
        var store = await OpenAsync();
        var later = await AddScheduledAsync(store, Now.AddSeconds(2));
        var sooner = await AddScheduledAsync(store, Now.AddSeconds(1));
        var last = await AddScheduledAsync(store, Now.AddSeconds(3));

        var none = await store.ListDueAsync(Now, 10, default);
        var due = await store.ListDueAsync(Now.AddSeconds(2), 10, default);
        var again = await store.ListDueAsync(Now.AddSeconds(2), 10, default);
        foreach (var task in again.Tasks)
            Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(task, task.Release(Now.AddSeconds(2)), StoreWrite.Behind, default));
        var rest = await store.ListDueAsync(Now.AddSeconds(2), 10, default);

        Assert.Equal((0, Now.AddSeconds(1)), (none.Tasks.Count, none.Next));
        Assert.Equal([sooner.Id, later.Id], due.Tasks.Select(task => task.Id));
        Assert.Equal([sooner.Id, later.Id], again.Tasks.Select(task => task.Id));
        Assert.Equal((0, last.ScheduledFor), (rest.Tasks.Count, rest.Next));
        Assert.Equal([sooner.Id, later.Id], (await store.TakeAsync(new("default", [], 10), default)).Select(task => task.Id));
    }

    [Fact]
    public async Task A_canceled_task_is_never_due()
    {
        var store = await OpenAsync();
        var canceled = new List<BackgroundTask>();
        for (var i = 0; i < 500; i++)
            canceled.Add(await AddScheduledAsync(store, Now.AddSeconds(1)));
        var kept = await AddScheduledAsync(store, Now.AddSeconds(1));
        foreach (var task in canceled)
            await CancelAsync(store, task);

        var due = await store.ListDueAsync(Now.AddSeconds(1), 1_000, default);

        Assert.Equal([kept.Id], due.Tasks.Select(task => task.Id));
        Assert.Equal(new QueueCounts("default", 1, 0, 0, 0, 0, 500), await CountsAsync(store));
    }

    [Fact]
    public async Task The_scheduled_have_a_bound_of_their_own_which_a_retry_may_pass()
    {
        var store = await OpenAsync();
        var running = await StartAsync(store, await AddAsync(store));
        await store.AddAsync(NewScheduled(Now.AddSeconds(1)), 1, default);

        Assert.Equal(AddOutcome.QueueFull, (await store.AddAsync(NewScheduled(Now.AddSeconds(1)), 1, default)).Outcome);
        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(running, running.ScheduleRetry(new("E", "", 1), Now.AddSeconds(5), Now), StoreWrite.Durable, default));
        Assert.Equal(2, (await CountsAsync(store)).Scheduled);
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(NewTask(), 1, default)).Outcome);
    }

    [Fact]
    public async Task What_is_scheduled_again_is_due_once()
    {
        var store = await OpenAsync();
        var task = await AddScheduledAsync(store, Now.AddSeconds(1));
        await store.ListDueAsync(Now.AddSeconds(1), 10, default);
        var released = task.Release(Now.AddSeconds(1))!;
        await store.TrySwapAsync(task, released, StoreWrite.Durable, default);
        var running = await StartAsync(store, released);
        await store.TrySwapAsync(running, running.ScheduleRetry(new("E", "", 1), Now.AddSeconds(2), Now), StoreWrite.Durable, default);

        var due = await store.ListDueAsync(Now.AddSeconds(2), 10, default);

        Assert.Equal([task.Id], due.Tasks.Select(due => due.Id));
    }

    [Fact]
    public async Task What_is_scheduled_again_for_the_same_time_is_due_once()
    {
        var store = await OpenAsync();
        var task = await AddScheduledAsync(store, Now.AddSeconds(1));
        var released = task.Release(Now)!;
        await store.TrySwapAsync(task, released, StoreWrite.Durable, default);
        var running = await StartAsync(store, released);
        await store.TrySwapAsync(running, running.ScheduleRetry(new("E", "", 1), Now.AddSeconds(1), Now), StoreWrite.Durable, default);

        var due = await store.ListDueAsync(Now.AddSeconds(1), 10, default);

        Assert.Equal([task.Id], due.Tasks.Select(due => due.Id));
    }

    [Fact]
    public async Task A_task_that_is_canceled_while_it_is_added_is_added_all_the_same()
    {
        var store = await OpenAsync();
        for (var round = 0; round < 1_000; round++)
        {
            var task = NewScheduled(Now.AddSeconds(1));
            var canceling = Task.Run(async () =>
            {
                while (await store.TrySwapAsync(task, task.Cancel(Now), StoreWrite.Durable, default) is not SwapResult.Swapped)
                    Thread.SpinWait(1);
            });

            Assert.Equal(AddOutcome.Added, (await store.AddAsync(task, int.MaxValue, default)).Outcome);
            await canceling.WaitAsync(TaskHost.Guard);
        }

        Assert.Equal(new QueueCounts("default", 0, 0, 0, 0, 0, 1_000), await CountsAsync(store));
    }

    private BackgroundTask NewScheduled(DateTimeOffset at) => BackgroundTask.Create(NewTask().Submission, at);

    private async Task<BackgroundTask> AddScheduledAsync(IBackgroundTaskStore store, DateTimeOffset at)
    {
        var task = NewScheduled(at);
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(task, int.MaxValue, default)).Outcome);
        return task;
    }
}

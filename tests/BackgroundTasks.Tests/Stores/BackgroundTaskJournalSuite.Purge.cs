namespace BackgroundTasks.Tests.Stores;

public abstract partial class BackgroundTaskJournalSuite
{
    [Fact]
    public async Task What_finished_before_the_cutoff_goes_in_the_order_of_finishing()
    {
        var late = _samples.Queued("late", "slow");
        var first = await FinishAsync(_samples.Queued("a"), Succeeded);
        var second = await FinishAsync(late, Failed);
        _samples.Clock.Advance(TimeSpan.FromSeconds(1));
        var kept = await FinishAsync(_samples.Queued("c"), Canceled);
        var purged = new List<PurgedTask>();

        await PurgeAllAsync(_samples.Now, keepAtMost: 100, purged);

        Assert.Equal([new(first.Id, "a", "default", Succeeded, first.Version), new(second.Id, "late", "slow", Failed, second.Version)], purged);
        Assert.Null(await Journal.FindAsync(first.Id, default));
        Assert.NotNull(await Journal.FindAsync(kept.Id, default));
        Assert.Equal(kept.Id, Assert.Single((await Journal.ListAsync(new(), null, 100, default)).Tasks).Id);
    }

    [Fact]
    public async Task What_is_more_than_is_kept_goes()
    {
        var tasks = new List<BackgroundTask>();
        for (var i = 0; i < 1200; i++)
            tasks.Add(await FinishAsync(_samples.Queued(), Succeeded));
        var purged = new List<PurgedTask>();

        await PurgeAllAsync(DateTimeOffset.MinValue, keepAtMost: 50, purged);

        Assert.Equal(tasks.Take(1150).Select(task => task.Id), purged.Select(task => task.Id));
        Assert.NotNull(await Journal.FindAsync(tasks[1150].Id, default));
    }

    [Fact]
    public async Task A_purge_takes_one_small_batch()
    {
        for (var i = 0; i < 1200; i++)
            await FinishAsync(_samples.Queued(), Succeeded);
        var purged = 0;

        var more = await Journal.PurgeAsync(DateTimeOffset.MaxValue, 0, _ => purged++, default);

        Assert.True(more);
        Assert.InRange(purged, 1, 1000);
    }

    [Fact]
    public async Task A_purge_that_finds_nothing_to_do_is_at_its_end()
    {
        await FinishAsync(_samples.Queued(), Succeeded);

        Assert.False(await Journal.PurgeAsync(_samples.Now, 100, _ => Assert.Fail("Nothing is to go."), default));
    }

    [Fact]
    public async Task What_was_deleted_or_retried_is_not_purged_again()
    {
        var deleted = await FinishAsync(_samples.Queued(), Succeeded);
        var failed = await FinishAsync(_samples.Queued(), Failed);
        var last = await FinishAsync(_samples.Queued(), Succeeded);
        await Journal.WriteAsync(deleted, null, StoreWrite.Durable, default);
        var retried = _samples.Retried(failed);
        await Journal.WriteAsync(failed, retried, StoreWrite.Durable, default);
        await FinishAsync(retried, Succeeded);
        var purged = new List<PurgedTask>();

        await PurgeAllAsync(DateTimeOffset.MaxValue, keepAtMost: 0, purged);

        Assert.Equal([last.Id, failed.Id], purged.Select(task => task.Id));
        Assert.Equal(Succeeded, purged[1].State);
    }

    [Fact]
    public async Task A_key_is_free_again_once_its_task_is_purged()
    {
        await FinishAsync(_samples.Queued(key: "a"), Succeeded);

        await PurgeAllAsync(DateTimeOffset.MaxValue, keepAtMost: 0, []);

        Assert.Null(await Journal.FindByKeyAsync("a", default));
    }

    private async Task PurgeAllAsync(DateTimeOffset finishedBefore, int keepAtMost, List<PurgedTask> purged)
    {
        while (await Journal.PurgeAsync(finishedBefore, keepAtMost, purged.Add, default))
        {
        }
    }
}

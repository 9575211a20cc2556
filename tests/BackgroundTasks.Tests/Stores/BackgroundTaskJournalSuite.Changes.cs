namespace BackgroundTasks.Tests.Stores;

public abstract partial class BackgroundTaskJournalSuite
{
    [Fact]
    public async Task A_terminal_task_is_found_by_its_key_until_it_goes()
    {
        var done = await FinishAsync(_samples.Queued(key: "a"), Succeeded);
        await FinishAsync(_samples.Queued(key: "b"), Succeeded);

        TaskAssert.Same(done, await Journal.FindByKeyAsync("a", default));
        Assert.Null(await Journal.FindByKeyAsync("c", default));
        await Journal.WriteAsync(done, null, StoreWrite.Durable, default);
        Assert.Null(await Journal.FindByKeyAsync("a", default));
        Assert.NotNull(await Journal.FindByKeyAsync("b", default));
    }

    [Fact]
    public async Task A_key_belongs_to_the_task_that_took_it_last()
    {
        var first = await FinishAsync(_samples.Queued(key: "a"), Succeeded);
        await Journal.WriteAsync(first, null, StoreWrite.Durable, default);
        var second = await FinishAsync(_samples.Queued(key: "a"), Succeeded);

        Assert.Equal(second.Id, (await Journal.FindByKeyAsync("a", default))!.Id);
    }

    [Fact]
    public async Task A_deleted_task_is_gone()
    {
        var done = await FinishAsync(_samples.Queued(), Succeeded);

        await Journal.WriteAsync(done, null, StoreWrite.Durable, default);

        Assert.Null(await Journal.FindAsync(done.Id, default));
        Assert.Empty((await Journal.ListAsync(new(), null, 100, default)).Tasks);
    }

    [Fact]
    public async Task A_retried_task_leaves_and_comes_back_as_it_ended_then()
    {
        var failed = await FinishAsync(_samples.Queued(key: "a"), Failed);
        var retried = _samples.Retried(failed);

        await Journal.WriteAsync(failed, retried, StoreWrite.Durable, default);
        Assert.Null(await Journal.FindAsync(failed.Id, default));
        Assert.Null(await Journal.FindByKeyAsync("a", default));
        var again = await FinishAsync(retried, Succeeded);

        TaskAssert.Same(again, await Journal.FindAsync(failed.Id, default));
        Assert.Equal(again.Id, (await Journal.FindByKeyAsync("a", default))!.Id);
        Assert.Empty((await Journal.ListAsync(new() { States = [Failed] }, null, 100, default)).Tasks);
        Assert.Single((await Journal.ListAsync(new(), null, 100, default)).Tasks);
    }
}

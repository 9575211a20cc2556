namespace BackgroundTasks.Tests.Stores;

public abstract partial class BackgroundTaskJournalSuite
{
    [Fact]
    public async Task A_list_begins_with_the_newest_whatever_finished_first()
    {
        var first = _samples.Queued();
        var second = await FinishAsync(_samples.Queued(), Succeeded);
        var third = await FinishAsync(_samples.Queued(), Failed);
        await FinishAsync(first, Canceled);

        var page = await Journal.ListAsync(new(), null, 100, default);

        Assert.Equal([third.Id, second.Id, first.Id], page.Tasks.Select(task => task.Id));
        Assert.Null(page.Resume);
    }

    [Fact]
    public async Task A_list_of_states_skips_all_others_without_looking_at_them()
    {
        var failed = await FinishAsync(_samples.Queued(), Failed);
        for (var i = 0; i < 300; i++)
            await FinishAsync(_samples.Queued(), Succeeded);

        var page = await Journal.ListAsync(new() { States = [Failed, BackgroundTaskState.Running] }, null, maxRecords: 1, default);

        Assert.Equal(failed.Id, Assert.Single(page.Tasks).Id);
        Assert.Null(page.Resume);
    }

    [Fact]
    public async Task A_list_of_live_states_is_empty()
    {
        await FinishAsync(_samples.Queued(), Succeeded);

        var page = await Journal.ListAsync(new() { States = [BackgroundTaskState.Queued] }, null, 100, default);

        Assert.Empty(page.Tasks);
        Assert.Null(page.Resume);
    }

    [Fact]
    public async Task A_list_is_restricted_by_every_member_of_the_filter()
    {
        var tags = new Dictionary<string, string> { ["tenant"] = "blue", ["kind"] = "x" };
        await FinishAsync(_samples.Queued("mail", "slow", tags: tags), Succeeded);
        _samples.Clock.Advance(TimeSpan.FromMinutes(1));
        var wanted = await FinishAsync(_samples.Queued("mail", "slow", tags: tags), Succeeded);
        await FinishAsync(_samples.Queued("sms", "slow", tags: tags), Succeeded);
        await FinishAsync(_samples.Queued("mail", "fast", tags: tags), Succeeded);
        await FinishAsync(_samples.Queued("mail", "slow"), Succeeded);
        var filter = new BackgroundTaskFilter
        {
            Type = "mail",
            Queue = "slow",
            Tags = new Dictionary<string, string> { ["tenant"] = "blue" },
            CreatedAfter = _samples.Now,
            CreatedBefore = _samples.Now.AddSeconds(1),
        };

        var page = await Journal.ListAsync(filter, null, 100, default);

        Assert.Equal(wanted.Id, Assert.Single(page.Tasks).Id);
    }

    [Fact]
    public async Task A_list_that_looked_at_enough_says_where_to_go_on()
    {
        var wanted = await FinishAsync(_samples.Queued("mail"), Succeeded);
        var other = await FinishAsync(_samples.Queued("sms"), Succeeded);
        await FinishAsync(_samples.Queued("sms"), Succeeded);

        var first = await Journal.ListAsync(new() { Type = "mail" }, null, maxRecords: 2, default);
        var second = await Journal.ListAsync(new() { Type = "mail" }, first.Resume, maxRecords: 2, default);

        Assert.Empty(first.Tasks);
        Assert.Equal(other.Id, first.Resume);
        Assert.Equal(wanted.Id, Assert.Single(second.Tasks).Id);
        Assert.Null(second.Resume);
    }

    [Fact]
    public async Task A_list_goes_on_below_a_task_that_was_deleted_meanwhile()
    {
        var oldest = await FinishAsync(_samples.Queued(), Succeeded);
        var middle = await FinishAsync(_samples.Queued(), Succeeded);
        await FinishAsync(_samples.Queued(), Succeeded);
        await Journal.WriteAsync(middle, null, StoreWrite.Durable, default);

        var page = await Journal.ListAsync(new(), middle.Id, 100, default);

        Assert.Equal(oldest.Id, Assert.Single(page.Tasks).Id);
        Assert.Empty((await Journal.ListAsync(new(), oldest.Id, 100, default)).Tasks);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Pages_miss_and_repeat_nothing_whatever_was_done_before(int seed)
    {
        var model = new JournalModel(Journal, _samples, seed);

        for (var round = 0; round < 10; round++)
        {
            await model.ChangeAsync(changes: 600);
            foreach (var state in new[] { Succeeded, Failed, Canceled })
                await model.CheckPagesAsync(new() { States = [state], PageSize = 7 }, maxRecords: 20);
            await model.CheckPagesAsync(new() { States = [Failed, Canceled], PageSize = 50 }, maxRecords: 10);
            await model.CheckPagesAsync(new() { Queue = "slow", PageSize = 10 }, maxRecords: 40);
            await model.CheckPagesAsync(new(), maxRecords: 1000);
        }
    }
}

using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>A retry of many is bounded a call, and goes on until all were looked at.</summary>
public sealed class ManyRetrierTests
{
    [Fact]
    public async Task What_is_behind_many_that_cannot_be_retried_is_reached()
    {
        await using var host = await StartAsync();
        var behind = await AddCanceledAsync(host, 100);
        await AddCanceledAsync(host, 1_000, key: "taken-");
        for (var i = 0; i < 1_000; i++)
            await host.Queue.EnqueueAsync(new HeldPayload("holder"), new() { UniqueKey = $"taken-{i}", Delay = TimeSpan.FromHours(1) });

        var (retried, skipped, calls) = await RetryAllAsync(host, new() { Type = "held" });

        Assert.Equal((100, 1_000, 1), (retried, skipped, calls));
        foreach (var task in behind)
            Assert.Equal(BackgroundTaskState.Queued, (await host.Queue.FindAsync(task.Id))!.State);
    }

    [Fact]
    public async Task A_call_changes_a_thousand_at_most_and_says_where_to_go_on()
    {
        await using var host = await StartAsync();
        await AddCanceledAsync(host, 2_300);
        var retrier = new ManyRetrier(host.Get<BackgroundTaskQueue>());

        var first = await retrier.RetryAsync(new() { Type = "held" }, default);
        var (retried, skipped, calls) = await RetryAllAsync(host, new() { Type = "held", PageToken = first.Next });

        Assert.Equal((1_000, 0), (first.Retried, first.Skipped));
        Assert.Equal((1_300, 0, 2), (retried, skipped, calls));
    }

    [Fact]
    public async Task A_call_looks_at_ten_thousand_at_most_however_few_are_selected()
    {
        await using var host = await StartAsync();
        var rare = await AddCanceledAsync(host, 1, tag: "rare");
        await AddCanceledAsync(host, 12_000);
        var filter = new BackgroundTaskFilter { Tags = new Dictionary<string, string> { ["kind"] = "rare" } };

        var first = await new ManyRetrier(host.Get<BackgroundTaskQueue>()).RetryAsync(filter, default);
        var (retried, _, calls) = await RetryAllAsync(host, filter with { PageToken = first.Next });

        Assert.Equal((0, true), (first.Retried, first.Next is not null));
        Assert.Equal((1, 1), (retried, calls));
        Assert.Equal(BackgroundTaskState.Queued, (await host.Queue.FindAsync(rare[0].Id))!.State);
    }

    [Fact]
    public async Task A_retry_whose_unique_key_is_taken_tells_the_holder()
    {
        await using var host = await StartAsync();
        var canceled = Assert.Single(await AddCanceledAsync(host, 1, key: "k"));
        var holder = await host.Queue.EnqueueAsync(new HeldPayload("holder"), new() { UniqueKey = "k0" });

        var (outcome, task) = await host.Queue.RetryAsync(canceled.Id);

        Assert.Equal((RetryOutcome.UniqueKeyTaken, holder.Id), (outcome, task!.Id));
    }

    private static async Task<TaskHost> StartAsync()
    {
        var host = await TaskHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", new HeldWork().HandleAsync));
        await host.Get<QueueControl>().SetPausedAsync("default", true, default);
        return host;
    }

    private static async Task<(int Retried, int Skipped, int Calls)> RetryAllAsync(TaskHost host, BackgroundTaskFilter filter)
    {
        var (retried, skipped, calls) = (0, 0, 0);
        do
        {
            var many = await new ManyRetrier(host.Get<BackgroundTaskQueue>()).RetryAsync(filter, default);
            (retried, skipped, calls) = (retried + many.Retried, skipped + many.Skipped, calls + 1);
            filter = filter with { PageToken = many.Next };
        }
        while (filter.PageToken is not null);
        return (retried, skipped, calls);
    }

    private static async Task<List<BackgroundTask>> AddCanceledAsync(TaskHost host, int count, string? key = null, string? tag = null)
    {
        var tasks = new List<BackgroundTask>();
        for (var i = 0; i < count; i++)
        {
            var task = await host.Queue.EnqueueAsync(
                new HeldPayload("x"), new() { UniqueKey = key is null ? null : $"{key}{i}", Tags = tag is null ? null : new Dictionary<string, string> { ["kind"] = tag } });
            tasks.Add((await host.Queue.CancelAsync(task.Id))!);
        }

        return tasks;
    }
}

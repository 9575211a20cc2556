using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Testing;

/// <summary>Hold and drain.</summary>
public class HoldTests
{
    private readonly StepsHandler _steps = new();

    [Fact]
    public async Task Nothing_runs_until_it_is_drained()
    {
        await using var host = await _steps.StartAsync();
        var task = await host.Queue.EnqueueAsync(new Step("a"));

        var began = _steps.Began.Count;
        var ran = await host.Testing.DrainAsync();

        Assert.Equal(0, began);
        var only = Assert.Single(ran);
        Assert.Equal((task.Id, BackgroundTaskState.Succeeded, "a"), (only.Id, only.State, host.Queue.GetResult<string>(only)));
        Assert.Empty(await host.Testing.DrainAsync());
    }

    [Fact]
    public async Task A_drain_tells_what_ran_in_its_order_with_results_and_errors()
    {
        await using var host = await _steps.StartAsync(options: options => options.Queues["other"] = new());
        await host.Queue.EnqueueAsync(new Step("a"));
        await host.Queue.EnqueueAsync(new Step("b", Failures: 3), new() { MaxAttempts = 1, Queue = "other" });
        await host.Queue.EnqueueAsync(new Step("c"), new() { Priority = 5 });
        await host.Queue.EnqueueAsync(new Step("d"), new() { Delay = TimeSpan.FromHours(1) });

        var ran = await host.Testing.DrainAsync();

        Assert.Equal(["c", "a", "b"], _steps.Began);
        Assert.Equal([BackgroundTaskState.Succeeded, BackgroundTaskState.Succeeded, BackgroundTaskState.Failed], ran.Select(task => task.State));
        Assert.Equal("b failed", ran[2].Error!.Message);
    }

    [Fact]
    public async Task What_handlers_enqueue_runs_in_the_same_drain_only_when_asked()
    {
        await using var host = await _steps.StartAsync();
        await host.Queue.EnqueueAsync(new Step("a", Next: "b"));
        var first = await host.Testing.DrainAsync();
        var second = await host.Testing.DrainAsync();
        await host.Queue.EnqueueAsync(new Step("c", Next: "d"));

        var both = await host.Testing.DrainAsync(includeEnqueued: true);

        Assert.Equal((1, 1, 2), (first.Count, second.Count, both.Count));
        Assert.Equal(["a", "b", "c", "d"], _steps.Began);
    }

    [Fact]
    public async Task As_many_as_a_queue_holds_are_drained_at_once()
    {
        await using var host = await _steps.StartAsync();
        for (var i = 0; i < 10_001; i++)
            await host.Queue.EnqueueAsync(new Note("n"));

        Assert.Equal(10_001, (await host.Testing.DrainAsync()).Count);
    }

    [Fact]
    public async Task Tasks_that_enqueue_themselves_for_ever_end_a_drain_with_a_message()
    {
        await using var host = await TestingHost.StartAsync(tasks => tasks.AddHandler<Note, string>("echo", async (note, context, cancellationToken) =>
            $"{(await context.Services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(note, cancellationToken: cancellationToken)).Id}"));
        await host.Queue.EnqueueAsync(new Note("again"));

        var endless = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Testing.DrainAsync(includeEnqueued: true));

        Assert.Contains("'echo'", endless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_canceled_or_lies_in_a_paused_queue_does_not_run()
    {
        await using var host = await _steps.StartAsync(options: options => options.Queues["other"] = new());
        var canceled = await host.Queue.EnqueueAsync(new Step("canceled"));
        await host.Queue.CancelAsync(canceled.Id);
        await host.Get<QueueControl>().SetPausedAsync("other", true, CancellationToken.None);
        await host.Queue.EnqueueAsync(new Step("paused"), new() { Queue = "other" });
        Assert.Empty(await host.Testing.DrainAsync());

        await host.Get<QueueControl>().SetPausedAsync("other", false, CancellationToken.None);
        await host.Testing.DrainAsync();

        Assert.Equal(["paused"], _steps.Began);
    }

    [Fact]
    public async Task A_failed_task_that_is_retried_runs_in_the_next_drain()
    {
        await using var host = await _steps.StartAsync();
        var task = await host.Queue.EnqueueAsync(new Step("a", Failures: 1), new() { MaxAttempts = 1 });
        var failed = await host.Testing.DrainAsync();

        await host.Queue.RetryAsync(task.Id);
        var again = await host.Testing.DrainAsync();

        Assert.Equal((BackgroundTaskState.Failed, task.Id), (failed[0].State, Assert.Single(again).Id));
    }

    [Fact]
    public async Task A_drain_that_is_given_up_leaves_the_rest_held()
    {
        var work = new HeldWork();
        await using var host = await TestingHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", work.HandleAsync));
        await host.Queue.EnqueueAsync(new HeldPayload("first"));
        await host.Queue.EnqueueAsync(new HeldPayload("second"));
        using var giveUp = new CancellationTokenSource();
        var drain = host.Testing.DrainAsync(cancellationToken: giveUp.Token);
        var first = await work.NextAsync();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drain);
        first.Return("");
        var rest = host.Testing.DrainAsync();
        var second = await work.NextAsync();
        second.Return("done");

        Assert.Equal("second", second.Name);
        Assert.Equal("done", host.Queue.GetResult<string>(Assert.Single(await rest)));
    }
}

using BackgroundTasks.Execution;
using BackgroundTasks.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Testing;

/// <summary>Tasks that run within the call that queues them.</summary>
public class InlineTests
{
    private readonly StepsHandler _steps = new();

    [Fact]
    public async Task A_task_has_ended_when_its_submit_returns()
    {
        await using var host = await StartAsync();

        var succeeded = await host.Queue.EnqueueAsync(new Step("a"));
        var failed = await host.Queue.EnqueueAsync(new Step("b", Failures: 1), new() { MaxAttempts = 1 });

        Assert.Equal("a", host.Queue.GetResult<string>(succeeded));
        Assert.Equal((BackgroundTaskState.Failed, "b failed"), (failed.State, failed.Error!.Message));
    }

    [Fact]
    public async Task What_a_handler_enqueues_has_ended_before_it_goes_on()
    {
        await using var host = await TestingHost.StartAsync(
            tasks => tasks.AddHandler<Step, BackgroundTaskState>(
                "outer",
                async (step, context, cancellationToken) => step.Next is { } next
                    ? (await ((IBackgroundTaskQueue)context.Services.GetService(typeof(IBackgroundTaskQueue))!).EnqueueAsync(new Step(next), cancellationToken: cancellationToken)).State
                    : BackgroundTaskState.Queued,
                type => type.MaxConcurrency = 1),
            BackgroundTaskTestMode.Inline,
            options => options.Queues["default"] = new() { Workers = 1 });

        var outer = await host.Queue.EnqueueAsync(new Step("a", Next: "b"));

        Assert.Equal(BackgroundTaskState.Succeeded, host.Queue.GetResult<BackgroundTaskState>(outer));
    }

    [Fact]
    public async Task A_handler_does_not_see_the_context_of_its_submitter()
    {
        await using var host = await StartAsync();
        _steps.SetCaller("a request");

        await host.Queue.EnqueueAsync(new Step("a"));

        Assert.Null(_steps.SeenOfCaller);
    }

    [Fact]
    public async Task A_delayed_task_and_a_retry_run_when_the_clock_is_moved()
    {
        await using var host = await StartAsync();
        var delayed = await host.Queue.EnqueueAsync(new Step("delayed"), new() { Delay = TimeSpan.FromSeconds(3) });
        var failing = await host.Queue.EnqueueAsync(new Step("failing", Failures: 2));
        Assert.Equal((BackgroundTaskState.Scheduled, BackgroundTaskState.Scheduled), (delayed.State, failing.State));

        await host.Testing.AdvanceAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(["failing", "failing", "delayed", "failing"], _steps.Began);
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.Queue.FindAsync(failing.Id))!.State);
        Assert.Equal(delayed.ScheduledFor, (await host.Queue.FindAsync(delayed.Id))!.StartedAt);
    }

    [Fact]
    public async Task A_retried_task_and_one_of_a_resumed_queue_run_within_that_call()
    {
        await using var host = await StartAsync();
        await host.Get<QueueControl>().SetPausedAsync("default", true, CancellationToken.None);
        var task = await host.Queue.EnqueueAsync(new Step("a", Failures: 1), new() { MaxAttempts = 1 });
        Assert.Equal(BackgroundTaskState.Queued, task.State);

        await host.Get<QueueControl>().SetPausedAsync("default", false, CancellationToken.None);
        var failed = await host.Queue.FindAsync(task.Id);
        var retried = await host.Queue.RetryAsync(task.Id);

        Assert.Equal(BackgroundTaskState.Failed, failed!.State);
        Assert.Equal((RetryOutcome.Queued, BackgroundTaskState.Failed, 2), (retried.Outcome, retried.Task!.State, retried.Task.Run));
    }

    [Fact]
    public async Task A_task_that_enqueues_itself_for_ever_comes_to_an_end()
    {
        await using var host = await TestingHost.StartAsync(
            tasks => tasks.AddHandler<Note, string>("echo", async (note, context, cancellationToken) =>
            {
                var inner = await context.Services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(note, cancellationToken: cancellationToken);
                return inner.State.ToString();
            }),
            BackgroundTaskTestMode.Inline);

        await host.Queue.EnqueueAsync(new Note("again"));

        Assert.Equal(101, host.Testing.Enqueued<Note>().Count);
    }

    private Task<TestingHost> StartAsync() => _steps.StartAsync(BackgroundTaskTestMode.Inline);
}

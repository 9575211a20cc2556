using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

public class StoppingTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_stop_lets_finish_what_was_accepted_also_what_still_waits()
    {
        await using var host = await StartAsync(workers: 1);
        var first = await host.Queue.EnqueueAsync(new HeldPayload("first"));
        var second = await host.Queue.EnqueueAsync(new HeldPayload("second"));
        var run = await _held.NextAsync();

        var stopping = host.StopAsync();
        Assert.False(stopping.IsCompleted);
        run.Return("1");
        (await _held.NextAsync()).Return("2");
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.Equal(BackgroundTaskState.Succeeded, (await host.Queue.FindAsync(first.Id))!.State);
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.Queue.FindAsync(second.Id))!.State);
    }

    [Fact]
    public async Task While_it_stops_nothing_more_is_accepted()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        var stopping = host.StopAsync();
        await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload()));
        run.Return("");

        await stopping.WaitAsync(TaskHost.Guard);
    }

    [Fact]
    public async Task While_work_after_a_response_holds_the_stop_nothing_more_is_accepted()
    {
        await using var host = await StartAsync();
        var release = new TaskCompletionSource();
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IBackgroundTasks>().AddTask((_, _) => release.Task);

        var stopping = host.StopAsync();
        await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload()));
        release.SetResult();

        await stopping.WaitAsync(TaskHost.Guard);
    }

    [Fact]
    public async Task What_still_runs_when_the_drain_time_is_over_is_interrupted_and_queued_again()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        run.HeedToken();

        var stopping = host.StopAsync();
        Assert.False(run.Token.IsCancellationRequested);
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await stopping.WaitAsync(TaskHost.Guard);

        var left = (await host.Queue.FindAsync(task.Id))!;
        Assert.Equal((BackgroundTaskState.Queued, 0), (left.State, left.Attempt));
    }

    [Fact]
    public async Task What_waits_when_the_drain_time_is_over_is_not_started()
    {
        await using var host = await StartAsync(workers: 1);
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        run.HeedToken();
        var waiting = await host.Queue.EnqueueAsync(new HeldPayload());

        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.Equal(BackgroundTaskState.Queued, (await host.Queue.FindAsync(waiting.Id))!.State);
        Assert.False(_held.HasStarted);
    }

    [Fact]
    public async Task A_handler_that_ignores_its_token_does_not_hold_the_stop_for_ever()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await run.Cancelled;
        while (!stopping.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stopping;
        run.Return("");
    }

    private Task<TaskHost> StartAsync(int workers = 8) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers });
}

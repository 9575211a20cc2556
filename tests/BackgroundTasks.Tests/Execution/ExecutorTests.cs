using BackgroundTasks.Execution;

namespace BackgroundTasks.Tests.Execution;

public class ExecutorTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task What_is_started_at_the_moment_at_which_the_run_before_ended_runs()
    {
        await using var host = await StartAsync();
        var first = await host.Queue.EnqueueAsync(new HeldPayload("first"));
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var wentOn = new ManualResetEventSlim();
        using var subscription = host.Get<IBackgroundTaskStore>().Subscribe(change =>
        {
            // The worker of the first run is held where the end is stored and the run not yet over.
            if (change.Task is { IsTerminal: true } && ended.TrySetResult())
                wentOn.Wait(TaskHost.Guard);
        });
        (await _held.NextAsync()).Return("");
        await ended.Task.WaitAsync(TaskHost.Guard);

        await host.Queue.DeleteAsync(first.Id);
        await host.Queue.EnqueueAsync(new HeldPayload("second"), new() { Id = first.Id });
        var next = await _held.NextAsync();
        wentOn.Set();

        Assert.Equal("second", next.Name);
        next.Return("");
    }

    [Fact]
    public async Task What_comes_to_a_worker_when_all_was_interrupted_is_not_started()
    {
        await using var host = await StartAsync(workers: 1);
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        var late = await host.Queue.EnqueueAsync(new HeldPayload());

        host.Get<TaskExecutor>().InterruptAll();
        await host.Get<TaskExecutor>().RunAsync(late).WaitAsync(TaskHost.Guard);

        Assert.Equal(BackgroundTaskState.Queued, (await host.Queue.FindAsync(late.Id))!.State);
        run.Return("");
    }

    private Task<TaskHost> StartAsync(int workers = 8) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers });
}

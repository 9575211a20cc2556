using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

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

    [Fact]
    public async Task A_task_that_is_queued_again_while_an_outdated_start_of_it_is_refused_runs()
    {
        var clock = new SteppingClock();
        await using var host = await TaskHost.StartAsync(tasks => tasks
            .AddHandler<HeldPayload, string>("held", _held.HandleAsync).Services.AddSingleton<TimeProvider>(clock));
        host.Get<TaskWorker>().SetPaused("default", true);
        var queued = await host.Queue.EnqueueAsync(new HeldPayload());
        var executor = host.Get<TaskExecutor>();
        using var goOn = new ManualResetEventSlim();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var outdated = Task.Run(() =>
        {
            clock.OnRead.Value = () =>
            {
                reached.TrySetResult();
                goOn.Wait(TaskHost.Guard);
            };
            return executor.RunAsync(queued);
        });
        await reached.Task.WaitAsync(TaskHost.Guard);
        await host.Queue.CancelAsync(queued.Id);
        var again = (await host.Queue.RetryAsync(queued.Id)).Task!;

        var run = executor.RunAsync(again);
        goOn.Set();

        Assert.False(await outdated.WaitAsync(TaskHost.Guard));
        Assert.False(run.IsCompletedSuccessfully && !await run, "It was taken for the outdated one, and lost.");
        (await _held.NextAsync()).Return("");
        Assert.True(await run.WaitAsync(TaskHost.Guard));
    }

    private Task<TaskHost> StartAsync(int workers = 8) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers });

    /// <summary>Lets a test hold those who read the clock.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        public AsyncLocal<Action?> OnRead { get; } = new();

        public override DateTimeOffset GetUtcNow()
        {
            OnRead.Value?.Invoke();
            return base.GetUtcNow();
        }
    }
}

using System.Reflection;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>The reason of an end is the reason of the cancel, whatever shape the exception has that comes of it.</summary>
public class RunEndTests
{
    private readonly HeldWork _held = new();

    public enum Shape
    {
        /// <summary>What an await throws.</summary>
        Cancellation,

        /// <summary>What <c>Task.Wait()</c> throws.</summary>
        Waited,

        /// <summary>What a call by reflection throws.</summary>
        Invoked,

        /// <summary>What a client library makes of it.</summary>
        WrappedTwice,

        /// <summary>What a handler makes of it for its client.</summary>
        Told,
    }

    public static TheoryData<Shape> Shapes => [.. Enum.GetValues<Shape>()];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_cancellation_of_any_shape_because_of_the_stop_costs_no_attempt(Shape shape)
    {
        var task = await EndAsync(OnStopAsync, token => New(shape, token));

        Assert.Equal((BackgroundTaskState.Queued, 0, null), (task.State, task.Attempt, task.Error));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_cancellation_of_any_shape_because_of_the_time_limit_is_a_timeout(Shape shape)
    {
        var task = await EndAsync(OnTimeoutAsync, token => New(shape, token));

        Assert.Equal((BackgroundTaskState.Failed, "timeout"), (task.State, task.Error!.Type));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_cancellation_of_any_shape_because_of_a_client_is_canceled(Shape shape)
    {
        var task = await EndAsync(OnCancelAsync, token => New(shape, token));

        Assert.Equal((BackgroundTaskState.Canceled, null), (task.State, task.Error));
    }

    [Fact]
    public async Task Whatever_a_handler_throws_once_the_drain_time_is_over_costs_no_attempt()
    {
        var task = await EndAsync(OnStopAsync, _ => new ObjectDisposedException("connection"));

        Assert.Equal((BackgroundTaskState.Queued, 0), (task.State, task.Attempt));
    }

    [Fact]
    public async Task What_is_thrown_for_the_client_is_a_failure_also_once_the_drain_time_is_over()
    {
        var task = await EndAsync(OnStopAsync, _ => new BackgroundTaskException("No such customer."));

        Assert.Equal((BackgroundTaskState.Failed, "No such customer."), (task.State, task.Error!.Message));
    }

    [Fact]
    public async Task A_genuine_failure_stays_one_after_a_cancel_and_after_the_time_limit()
    {
        var canceled = await EndAsync(OnCancelAsync, _ => new InvalidOperationException());
        var late = await EndAsync(OnTimeoutAsync, _ => new InvalidOperationException());

        Assert.Equal((BackgroundTaskState.Failed, "InvalidOperationException"), (canceled.State, canceled.Error!.Type));
        Assert.Equal((BackgroundTaskState.Failed, "InvalidOperationException"), (late.State, late.Error!.Type));
    }

    [Fact]
    public async Task A_failure_among_cancellations_stays_one()
    {
        var task = await EndAsync(OnCancelAsync, token => new AggregateException(new OperationCanceledException(token), new InvalidOperationException()));

        Assert.Equal((BackgroundTaskState.Failed, "AggregateException"), (task.State, task.Error!.Type));
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new TaskCanceledException());

        Assert.Equal("TaskCanceledException", (await host.EndOf(task)).Error!.Type);
    }

    [Fact]
    public async Task A_blocking_handler_that_waits_by_its_token_costs_no_attempt_at_a_stop()
    {
        using var waits = new ManualResetEventSlim();
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler(
            "block",
            (HeldPayload _, BackgroundTaskContext _, CancellationToken cancellationToken) =>
            {
                waits.Set();
                Task.WaitAll([Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)], CancellationToken.None);
                return Task.FromResult("");
            },
            type => type.Blocking = true));
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        Assert.True(waits.Wait(TaskHost.Guard));

        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await stopping.WaitAsync(TaskHost.Guard);

        var left = (await host.Queue.FindAsync(task.Id))!;
        Assert.Equal((BackgroundTaskState.Queued, 0), (left.State, left.Attempt));
    }

    [Fact]
    public async Task A_run_that_the_store_no_longer_has_as_this_nodes_is_told_and_its_end_changes_nothing()
    {
        await using var host = await StartAsync();
        var store = host.Get<IBackgroundTaskStore>();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { MaxAttempts = 3 });
        var run = await _held.NextAsync();
        await host.Queue.EnqueueAsync(new HeldPayload("other"));
        var other = await _held.NextAsync();
        host.Get<TaskWorker>().SetPaused("default", true);
        var running = (await host.Queue.FindAsync(task.Id))!;

        await store.TrySwapAsync(running, running.Recover(maxLostRuns: 3, host.Time.GetUtcNow()), StoreWrite.Durable, default);
        await run.Cancelled;
        run.Return("nobody waits for it");
        host.Get<TaskWorker>().SetPaused("default", false);
        var again = await _held.NextAsync();

        Assert.False(other.Token.IsCancellationRequested);
        Assert.False(again.Token.IsCancellationRequested);
        again.Return("this counts");
        other.Return("");
        Assert.Equal("this counts", host.Queue.GetResult<string>(await host.EndOf(task)));
    }

    private static Exception New(Shape shape, CancellationToken token) => shape switch
    {
        Shape.Waited => new AggregateException(new TaskCanceledException()),
        Shape.Invoked => new TargetInvocationException(new OperationCanceledException(token)),
        Shape.WrappedTwice => new IOException("closed", new InvalidOperationException("no answer", new OperationCanceledException(token))),
        Shape.Told => new BackgroundTaskException("It was canceled.", new OperationCanceledException(token)),
        _ => new OperationCanceledException(token),
    };

    /// <summary>What becomes of a task whose token is cancelled, and whose handler then throws.</summary>
    private async Task<BackgroundTask> EndAsync(Func<TaskHost, BackgroundTask, HeldRun, Action, Task> cancel, Func<CancellationToken, Exception> exception)
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromMinutes(1) });
        var run = await _held.NextAsync();
        await cancel(host, task, run, () => run.Throw(exception(run.Token)));
        return (await host.Queue.FindAsync(task.Id))!;
    }

    private static async Task OnStopAsync(TaskHost host, BackgroundTask task, HeldRun run, Action end)
    {
        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await run.Cancelled;
        end();
        await stopping.WaitAsync(TaskHost.Guard);
    }

    private static async Task OnTimeoutAsync(TaskHost host, BackgroundTask task, HeldRun run, Action end)
    {
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await run.Cancelled;
        end();
        await host.EndOf(task);
    }

    private static async Task OnCancelAsync(TaskHost host, BackgroundTask task, HeldRun run, Action end)
    {
        await host.Queue.CancelAsync(task.Id);
        await run.Cancelled;
        end();
        await host.EndOf(task);
    }

    private Task<TaskHost> StartAsync() => TaskHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync));
}

using BackgroundTasks.Execution;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Execution;

public class RetryTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_failed_attempt_is_followed_by_another_when_its_time_has_come()
    {
        await using var host = await StartAsync(type => type.MaxAttempts = 2);
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException());

        var waiting = await UntilAsync(host, task.Id, found => found.State is BackgroundTaskState.Scheduled);

        // Timers count whole milliseconds.
        host.Time.Advance(waiting.ScheduledFor!.Value - host.Time.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        var second = await _held.NextAsync();
        second.Return("at last");
        var ended = await host.EndOf(task);

        Assert.Equal(("InvalidOperationException", 1), (waiting.Error!.Type, waiting.Error.Attempt));
        Assert.Equal(2, second.Context.Attempt);
        Assert.Equal((BackgroundTaskState.Succeeded, 2, null), (ended.State, ended.Attempt, ended.Error));
    }

    [Fact]
    public async Task The_last_attempts_failure_is_for_good_and_one_call_begins_anew()
    {
        await using var host = await StartAsync(type => type.MaxAttempts = 1);
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new BackgroundTaskException("no"));
        Assert.Equal(BackgroundTaskState.Failed, (await host.EndOf(task)).State);

        var retried = await host.Queue.RetryAsync(task.Id);
        (await _held.NextAsync()).Return("yes");

        Assert.Equal((RetryOutcome.Queued, 0), (retried.Outcome, retried.Task!.Attempt));
        Assert.Equal((BackgroundTaskState.Succeeded, 1), ((await host.EndOf(task)).State, (await host.EndOf(task)).Attempt));
        Assert.Equal(RetryOutcome.NotEnded, (await host.Queue.RetryAsync(task.Id)).Outcome);
        Assert.Equal(RetryOutcome.Unknown, (await host.Queue.RetryAsync(Guid.NewGuid())).Outcome);
    }

    [Fact]
    public async Task A_handler_says_never_again()
    {
        await using var host = await StartAsync(type => type.MaxAttempts = 5);
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new BackgroundTaskException("gone") { IsPermanent = true });

        Assert.Equal((BackgroundTaskState.Failed, 1), ((await host.EndOf(task)).State, (await host.EndOf(task)).Attempt));
    }

    [Fact]
    public async Task A_type_says_which_exceptions_are_worth_another_attempt()
    {
        await using var host = await StartAsync(type => (type.MaxAttempts, type.RetryOn) = (5, exception => exception is TimeoutException));
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException());

        Assert.Equal(BackgroundTaskState.Failed, (await host.EndOf(task)).State);
    }

    [Fact]
    public async Task A_rule_that_throws_leaves_no_task_running()
    {
        await using var host = await StartAsync(type => (type.MaxAttempts, type.RetryOn) = (5, _ => throw new InvalidOperationException("the rule")));
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new TimeoutException());

        Assert.Equal("TimeoutException", (await host.EndOf(task)).Error!.Type);
    }

    [Fact]
    public async Task A_waiting_retry_holds_no_worker_and_can_be_canceled()
    {
        await using var host = await StartAsync(type => type.MaxAttempts = 2, workers: 1);
        var task = await host.Queue.EnqueueAsync(new HeldPayload("first"));
        (await _held.NextAsync()).Throw(new BackgroundTaskException("busy") { RetryAfter = TimeSpan.FromHours(1) });
        await UntilAsync(host, task.Id, found => found.State is BackgroundTaskState.Scheduled);

        await host.Queue.EnqueueAsync(new HeldPayload("second"));
        var second = await _held.NextAsync();
        var canceled = await host.Queue.CancelAsync(task.Id);
        second.Return("");

        Assert.Equal("second", second.Name);
        Assert.Equal((BackgroundTaskState.Canceled, null), (canceled!.State, canceled.Error));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(9, 512)]
    [InlineData(10, 600)]
    [InlineData(99, 600)]
    public void The_bound_of_the_wait_doubles_up_to_its_cap(int attempt, double seconds)
    {
        var time = new FakeTimeProvider();
        var type = new TaskTypeOf<int, int>("t", new() { MaxAttempts = 100 }, (_, _, _) => Task.FromResult(0));
        var task = Attempted(attempt);

        Assert.Equal(time.GetUtcNow().AddSeconds(seconds), new RetryPolicy(time, Options.Create(new BackgroundTasksOptions()), () => 1).NextAttempt(task, type, new InvalidOperationException()));
        Assert.Equal(time.GetUtcNow(), new RetryPolicy(time, Options.Create(new BackgroundTasksOptions()), () => 0).NextAttempt(task, type, new InvalidOperationException()));
        Assert.Equal(time.GetUtcNow().AddSeconds(seconds / 2), new RetryPolicy(time, Options.Create(new BackgroundTasksOptions()), () => 0.5).NextAttempt(task, type, new InvalidOperationException()));
    }

    [Fact]
    public void Not_before_is_honoured_and_no_attempt_goes_past_the_last()
    {
        var time = new FakeTimeProvider();
        var type = new TaskTypeOf<int, int>("t", new(), (_, _, _) => Task.FromResult(0));
        var later = new BackgroundTaskException("busy") { RetryAfter = TimeSpan.FromMinutes(30) };

        Assert.Equal(time.GetUtcNow().AddMinutes(30), new RetryPolicy(time, Options.Create(new BackgroundTasksOptions()), () => 1).NextAttempt(Attempted(1), type, later));
        Assert.Null(new RetryPolicy(time, Options.Create(new BackgroundTasksOptions()), () => 1).NextAttempt(Attempted(100), type, later));
    }

    [Theory]
    [InlineData(86_400_000.0)]
    [InlineData(1e11)]
    public void What_a_receiver_asks_for_is_bounded(double seconds)
    {
        var time = new FakeTimeProvider();
        var type = new TaskTypeOf<int, int>("t", new(), (_, _, _) => Task.FromResult(0));
        var years = new BackgroundTaskException("busy") { RetryAfter = TimeSpan.FromSeconds(seconds) };

        Assert.Equal(time.GetUtcNow().AddDays(1), new RetryPolicy(time, Options.Create(new BackgroundTasksOptions()), () => 0).NextAttempt(Attempted(1), type, years));
        var hour = new BackgroundTasksOptions { MaxRetryAfter = TimeSpan.FromHours(1) };
        Assert.Equal(time.GetUtcNow().AddHours(1), new RetryPolicy(time, Options.Create(hour), () => 0).NextAttempt(Attempted(1), type, years));
    }

    internal static async Task<BackgroundTask> UntilAsync(TaskHost host, Guid id, Func<BackgroundTask, bool> wanted)
    {
        using var watcher = host.Get<TaskWatch>().Register(id);
        return await host.Get<BackgroundTaskQueue>().WaitAsync(watcher, id, TimeSpan.FromDays(1), wanted, untilTerminal: false, default).WaitAsync(TaskHost.Guard)
            ?? throw new InvalidOperationException("The task is gone.");
    }

    private static BackgroundTask Attempted(int attempt) => new()
    {
        Submission = new() { Id = Guid.NewGuid(), Type = "t", Queue = "default", CreatedAt = DateTimeOffset.UnixEpoch, MaxAttempts = 100 },
        State = BackgroundTaskState.Running,
        Attempt = attempt,
    };

    private Task<TaskHost> StartAsync(Action<BackgroundTaskTypeOptions> configure, int workers = 8) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync, configure),
        options => options.Queues["default"] = new() { Workers = workers });
}

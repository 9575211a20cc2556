using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

public class QueueTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_task_runs_and_its_result_can_be_fetched()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("add", (int[] numbers, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(numbers.Sum())));

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new[] { 1, 2, 3 }));

        Assert.Equal((BackgroundTaskState.Succeeded, 1, 6), (task.State, task.Attempt, host.Queue.GetResult<int>(task)));
    }

    [Fact]
    public async Task A_handler_class_has_a_scope_of_its_own_for_each_attempt()
    {
        await using var host = await TaskHost.StartAsync(tasks =>
        {
            tasks.Services.AddScoped<ScopedService>();
            tasks.AddHandler<ScopedHandler, HeldPayload, Guid>("scoped");
        });

        var first = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        var second = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.NotEqual(host.Queue.GetResult<Guid>(first), host.Queue.GetResult<Guid>(second));
        Assert.Equal(2, ScopedService.Disposed.Intersect([host.Queue.GetResult<Guid>(first), host.Queue.GetResult<Guid>(second)]).Count());
    }

    [Fact]
    public async Task At_most_as_many_run_as_there_are_workers()
    {
        await using var host = await StartHeldAsync(workers: 2);
        for (var i = 0; i < 3; i++)
            await host.Queue.EnqueueAsync(new HeldPayload($"{i}"));

        var (first, second) = (await _held.NextAsync(), await _held.NextAsync());
        Assert.False(_held.HasStarted);
        first.Return("");

        Assert.Equal("2", (await _held.NextAsync() is var third ? third : null)!.Name);
        second.Return("");
        third.Return("");
    }

    [Fact]
    public async Task Tasks_begin_in_the_order_in_which_they_were_accepted()
    {
        await using var host = await StartHeldAsync(workers: 1);
        for (var i = 0; i < 20; i++)
            await host.Queue.EnqueueAsync(new HeldPayload($"{i}"));

        for (var i = 0; i < 20; i++)
        {
            var run = await _held.NextAsync();
            Assert.Equal($"{i}", run.Name);
            run.Return("");
        }
    }

    [Fact]
    public async Task A_waiting_task_is_canceled_at_once_and_never_runs()
    {
        await using var host = await StartHeldAsync(workers: 1);
        await host.Queue.EnqueueAsync(new HeldPayload("first"));
        var run = await _held.NextAsync();
        var waiting = await host.Queue.EnqueueAsync(new HeldPayload("second"));
        var last = await host.Queue.EnqueueAsync(new HeldPayload("third"));

        var canceled = await host.Queue.CancelAsync(waiting.Id);
        run.Return("");

        Assert.Equal(BackgroundTaskState.Canceled, canceled!.State);
        Assert.Equal("third", (await ReturnNextAsync()).Name);
        await host.EndOf(last);
        Assert.False(_held.HasStarted);
    }

    [Fact]
    public async Task A_running_task_is_told_by_its_token_and_ends_canceled()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        run.HeedToken();

        var asked = await host.Queue.CancelAsync(task.Id);
        var ended = await host.EndOf(task);

        Assert.Equal((BackgroundTaskState.Running, true), (asked!.State, asked.CancelRequested));
        Assert.Equal((BackgroundTaskState.Canceled, true), (ended.State, ended.CancelRequested));
    }

    [Fact]
    public async Task A_handler_that_ignores_its_token_ends_as_what_it_returned()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        await host.Queue.CancelAsync(task.Id);
        await run.Cancelled;
        run.Return("done all the same");
        var ended = await host.EndOf(task);

        Assert.Equal((BackgroundTaskState.Succeeded, true), (ended.State, ended.CancelRequested));
    }

    [Fact]
    public async Task A_cancel_at_any_moment_of_a_run_ends_in_one_of_two_ways()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("yield", async (HeldPayload _, BackgroundTaskContext _, CancellationToken cancellationToken) =>
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            return "";
        }));
        for (var i = 0; i < 500; i++)
        {
            var task = await host.Queue.EnqueueAsync(new HeldPayload());
            await host.Queue.CancelAsync(task.Id);

            Assert.Contains((await host.EndOf(task)).State, new[] { BackgroundTaskState.Succeeded, BackgroundTaskState.Canceled });
        }
    }

    [Fact]
    public async Task What_throws_fails_and_clients_see_no_details_of_it()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException("secret"));

        var ended = await host.EndOf(task);

        Assert.Equal((BackgroundTaskState.Failed, "InvalidOperationException", 1), (ended.State, ended.Error!.Type, ended.Error.Attempt));
        Assert.DoesNotContain("secret", ended.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_development_the_message_is_shown()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync), environment: "Development");
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException("secret"));

        Assert.Equal("secret", (await host.EndOf(task)).Error!.Message);
    }

    [Fact]
    public async Task The_message_made_for_clients_is_shown_to_them()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new NoSuchCustomerException());

        Assert.Equal(new BackgroundTaskError(nameof(NoSuchCustomerException), "There is no such customer.", 1), (await host.EndOf(task)).Error);
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new OperationCanceledException());

        Assert.Equal(BackgroundTaskState.Failed, (await host.EndOf(task)).State);
    }

    [Fact]
    public async Task A_result_that_is_too_large_fails_its_task()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync), options => options.MaxResultBytes = 10);
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Return("0123456789");

        Assert.Equal("ResultTooLargeException", (await host.EndOf(task)).Error!.Type);
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_fails_its_task()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("cycle", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(Cycle.Create())));

        Assert.Equal("ResultNotSerializableException", (await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()))).Error!.Type);
    }

    [Fact]
    public async Task Progress_is_clamped_cut_and_numbered()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        run.Context.ReportProgress(-1);
        run.Context.ReportProgress(250, new string('x', 300));
        var progress = (await host.Queue.FindAsync(task.Id))!.Progress!;
        run.Context.ReportProgress(double.NaN);
        run.Return("");

        Assert.Equal((2, 100.0, 250), (progress.Number, progress.Percent, progress.Message!.Length));
        Assert.Equal((3, null), ((await host.EndOf(task)).Progress!.Number, (await host.EndOf(task)).Progress!.Percent));
    }

    [Fact]
    public async Task Progress_from_many_threads_at_once_keeps_the_last()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        Parallel.For(0, 1_000, i => run.Context.ReportProgress(i / 10.0));
        run.Return("");

        Assert.Equal(1_000, (await host.EndOf(task)).Progress!.Number);
    }

    [Fact]
    public async Task A_full_queue_refuses_with_what_to_do()
    {
        await using var host = await StartHeldAsync(workers: 1, capacity: 1);
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        var waiting = await host.Queue.EnqueueAsync(new HeldPayload());

        var refused = await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload()));
        run.Return("");
        (await _held.NextAsync()).Return("");
        await host.EndOf(waiting);

        Assert.Contains("BackgroundTasks:Queues:default:Capacity", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await host.Queue.ListAsync()).Tasks.Count);
    }

    [Fact]
    public async Task An_unknown_type_or_queue_and_bad_tags_are_refused()
    {
        await using var host = await StartHeldAsync();

        await RefusedAsync(new() { Type = "unknown" }, null);
        await RefusedAsync(new() { Queue = "unknown" }, "queue");
        await RefusedAsync(new() { Tags = new Dictionary<string, string> { ["a:b"] = "" } }, "tags");
        await RefusedAsync(new() { Tags = Enumerable.Range(0, 17).ToDictionary(i => $"{i}", _ => "") }, "tags");

        async Task RefusedAsync(BackgroundTaskSubmitOptions options, string? path)
        {
            var refused = await Assert.ThrowsAsync<BackgroundTaskRefusedException>(async () => await host.Queue.EnqueueAsync(new HeldPayload(), options));
            if (path is not null)
                Assert.Contains(path, refused.Errors.Keys);
        }
    }

    [Fact]
    public async Task An_id_is_given_to_one_task_alone_whether_that_lives_or_has_ended()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        await Assert.ThrowsAsync<BackgroundTaskRefusedException>(async () => await host.Queue.EnqueueAsync(new HeldPayload(), new() { Id = task.Id }));
        run.Return("");
        await host.EndOf(task);
        await Assert.ThrowsAsync<BackgroundTaskRefusedException>(async () => await host.Queue.EnqueueAsync(new HeldPayload(), new() { Id = task.Id }));

        var counts = (await host.Get<IBackgroundTaskStore>().GetOverviewAsync(default)).Queues.Single();
        Assert.Equal((0, 0, 1), (counts.Queued, counts.Running, counts.Succeeded));
    }

    [Fact]
    public async Task A_wait_ends_when_its_time_is_over()
    {
        await using var host = await StartHeldAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        var waiting = host.Queue.WaitAsync(task.Id, TimeSpan.FromSeconds(5));
        Assert.False(waiting.IsCompleted);
        host.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(BackgroundTaskState.Running, (await waiting.WaitAsync(TaskHost.Guard))!.State);
        run.Return("");
    }

    [Fact]
    public async Task Ended_tasks_go_when_their_retention_is_over()
    {
        await using var host = await TaskHost.StartAsync(
            tasks => tasks.AddHandler("quick", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(1)),
            options => options.Retention = TimeSpan.FromMinutes(10));
        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        var gone = Gone(host, task.Id);

        host.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.NotNull(await host.Queue.FindAsync(task.Id));
        host.Time.Advance(TimeSpan.FromMinutes(2));

        await gone;
        Assert.Null(await host.Queue.FindAsync(task.Id));
    }

    [Fact]
    public async Task No_more_ended_tasks_are_kept_than_are_wanted()
    {
        await using var host = await TaskHost.StartAsync(
            tasks => tasks.AddHandler("quick", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(1)),
            options => options.MaxRetained = 5);
        var first = await host.Queue.EnqueueAsync(new HeldPayload());
        var gone = Gone(host, first.Id);
        for (var i = 0; i < 10; i++)
            await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        await gone;
        Assert.Null(await host.Queue.FindAsync(first.Id));
    }

    internal static Task Gone(TaskHost host, Guid id)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Get<IBackgroundTaskStore>().Subscribe(change =>
        {
            if (change.Id == id && change.Kind is BackgroundTaskChangeKind.Removed)
                gone.TrySetResult();
        });
        return gone.Task.WaitAsync(TaskHost.Guard);
    }

    private async Task<HeldRun> ReturnNextAsync()
    {
        var run = await _held.NextAsync();
        run.Return("");
        return run;
    }

    private Task<TaskHost> StartHeldAsync(int workers = 8, int capacity = 100) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers, Capacity = capacity });

    private sealed class NoSuchCustomerException() : BackgroundTaskException("There is no such customer.");

    private sealed class Cycle
    {
        public Cycle? Self { get; private set; }

        public static Cycle Create()
        {
            var cycle = new Cycle();
            cycle.Self = cycle;
            return cycle;
        }
    }

    private sealed class ScopedService : IDisposable
    {
        public static System.Collections.Concurrent.ConcurrentBag<Guid> Disposed { get; } = [];

        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => Disposed.Add(Id);
    }

    private sealed class ScopedHandler(ScopedService service) : IBackgroundTaskHandler<HeldPayload, Guid>
    {
        public Task<Guid> HandleAsync(HeldPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
        {
            Assert.Same(service, context.Services.GetRequiredService<ScopedService>());
            return Task.FromResult(service.Id);
        }
    }
}

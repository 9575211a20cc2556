using System.Diagnostics;
using System.Diagnostics.Metrics;
using BackgroundTasks.Diagnostics;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Execution;

/// <summary>From the stored start on everything ends in an end, whatever else throws.</summary>
public class GuardTests
{
    private static readonly string[] Instruments =
    [
        "background_tasks.attempt.started", "background_tasks.task.time_in_queue", "background_tasks.attempt.finished", "background_tasks.attempt.duration",
        "background_tasks.task.attempts", "background_tasks.task.accepted", "background_tasks.task.refused",
    ];

    public static TheoryData<string> MeteredInstruments => [.. Instruments];

    [Fact]
    public async Task A_handler_that_returns_null_in_place_of_a_task_is_told_in_a_sentence()
    {
        await using var host = await StartAsync((_, _, _) => null!);

        var error = (await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()))).Error!;

        Assert.StartsWith("The handler returned null in place of a Task.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_that_is_not_a_number_is_told_in_a_sentence()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("nan", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(double.NaN)));

        var error = (await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()))).Error!;

        Assert.Contains("infinite or not a number", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(MeteredInstruments))]
    public async Task A_listener_to_a_metric_that_throws_changes_no_end(string instrument)
    {
        await using var host = await StartAsync((_, _, _) => Task.FromResult("done"));
        using var listener = new MeterListener();
        listener.InstrumentPublished = (published, self) =>
        {
            if (published.Name == instrument && published.Meter.Scope == host.Get<IMeterFactory>())
                self.EnableMeasurementEvents(published);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException());
        listener.SetMeasurementEventCallback<int>((_, _, _, _) => throw new InvalidOperationException());
        listener.Start();

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.Equal("done", host.Queue.GetResult<string>(task));
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("started")]
    [InlineData("stopped")]
    public async Task A_listener_to_activities_that_throws_changes_no_end(string call)
    {
        await using var host = await StartAsync((_, _, _) => Task.FromResult(Activity.Current?.OperationName ?? "none"));
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source == host.Get<TaskActivities>().Source,
            Sample = (ref _) => call == "sample" ? throw new InvalidOperationException() : ActivitySamplingResult.AllData,
            ActivityStarted = _ => ThrowIf(call == "started"),
            ActivityStopped = _ => ThrowIf(call == "stopped"),
        };
        ActivitySource.AddActivityListener(listener);

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.Equal(call == "stopped" ? "process default" : "none", host.Queue.GetResult<string>(task));
    }

    [Fact]
    public async Task A_logger_that_throws_changes_no_end_and_ends_no_worker()
    {
        await using var host = await TaskHost.StartAsync(
            tasks =>
            {
                tasks.Services.AddSingleton<ILoggerFactory>(new ThrowingLoggers());
                tasks.AddHandler("fails", (HeldPayload payload, BackgroundTaskContext _, CancellationToken _) => payload.Name == "" ? throw new InvalidOperationException() : Task.FromResult(payload.Name));
            },
            options => options.Queues["default"] = new() { Workers = 1 });

        var failed = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        var succeeded = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload("next")));

        Assert.Equal((BackgroundTaskState.Failed, BackgroundTaskState.Succeeded), (failed.State, succeeded.State));
    }

    [Theory]
    [InlineData("RetryOn throws")]
    [InlineData("scope throws")]
    [InlineData("cancel callback throws")]
    [InlineData("overstays")]
    public async Task A_logger_that_throws_changes_no_end_whatever_there_is_to_log(string fault)
    {
        var held = new HeldWork();
        await using var host = await TaskHost.StartAsync(tasks =>
        {
            tasks.Services.AddSingleton<ILoggerFactory>(new ThrowingLoggers());
            tasks.Services.AddScoped<ThrowingService>();
            tasks.AddHandler<HeldPayload, string>(
                "held",
                (payload, context, cancellationToken) =>
                {
                    if (fault == "scope throws")
                        _ = context.Services.GetRequiredService<ThrowingService>();
                    if (fault == "cancel callback throws")
                        cancellationToken.Register(() => throw new InvalidOperationException());
                    return held.HandleAsync(payload, context, cancellationToken);
                },
                type => type.RetryOn = fault == "RetryOn throws" ? _ => throw new InvalidOperationException() : null);
        });
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { MaxAttempts = fault == "RetryOn throws" ? 2 : 1 });
        var run = await held.NextAsync();
        await host.Queue.CancelAsync(task.Id);
        await run.Cancelled;
        host.Time.Advance(TimeSpan.FromSeconds(10));
        run.Throw(new InvalidOperationException());

        Assert.Equal((BackgroundTaskState.Failed, "InvalidOperationException"), (await host.EndOf(task)) is var ended ? (ended.State, ended.Error!.Type) : default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_that_cannot_tell_its_message_fails_its_task(bool isNull)
    {
        await using var host = await StartAsync((_, _, _) => throw new MuteException(isNull));

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.Equal((BackgroundTaskState.Failed, "MuteException"), (task.State, task.Error!.Type));
    }

    [Fact]
    public async Task A_payload_whose_reading_fails_by_a_fault_of_the_program_fails_its_task()
    {
        await using var host = await TaskHost.StartAsync(tasks =>
        {
            StoreFaults.Use(tasks.Services, nameof(IBackgroundTaskStore.ReadPayloadAsync), new InvalidOperationException());
            tasks.AddHandler("guarded", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(""));
        });
        var task = BackgroundTask.Create(new BackgroundTaskSubmission { Id = host.Get<BackgroundTaskIds>().Next(), Type = "guarded", Queue = "default", CreatedAt = host.Time.GetUtcNow(), IsPayloadInStore = true });

        await host.Get<IBackgroundTaskStore>().AddAsync(task, 10, default);

        Assert.Equal((BackgroundTaskState.Failed, "InvalidOperationException"), (await host.EndOf(task)) is var ended ? (ended.State, ended.Error!.Type) : default);
    }

    [Fact]
    public async Task A_subscriber_that_throws_when_a_task_starts_leaves_it_as_it_is()
    {
        await using var host = await StartAsync((_, _, _) => Task.FromResult(""));
        using var subscription = host.Get<IBackgroundTaskStore>().Subscribe(change => ThrowIf(change.Task is { State: BackgroundTaskState.Running }));

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.Equal((BackgroundTaskState.Succeeded, null), (task.State, task.Error));
        Assert.Equal(0, host.Get<TaskWorker>().Describe().Running);
    }

    [Theory]
    [InlineData(BackgroundTaskState.Scheduled)]
    [InlineData(BackgroundTaskState.Queued)]
    [InlineData(BackgroundTaskState.Running)]
    [InlineData(BackgroundTaskState.Succeeded)]
    public async Task A_subscriber_that_throws_changes_nothing_of_what_it_is_told(BackgroundTaskState at)
    {
        await using var host = await StartAsync((_, context, _) =>
        {
            context.ReportProgress(50);
            return Task.FromResult("done");
        });
        using var subscription = host.Get<IBackgroundTaskStore>().Subscribe(change => ThrowIf(change.Task?.State == at || change.Kind is BackgroundTaskChangeKind.Removed));

        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Delay = TimeSpan.FromSeconds(1) });
        host.Time.Advance(TimeSpan.FromSeconds(2));
        var ended = await host.EndOf(task);

        Assert.Equal((BackgroundTaskState.Succeeded, 1), (ended.State, ended.Attempt));
        Assert.NotNull(await host.Queue.DeleteAsync(task.Id));
        Assert.Equal(0, host.Get<BackgroundTaskMemory>().Used);
        Assert.Equal((0, 0, 0, 0), Assert.Single((await host.Get<IBackgroundTaskStore>().GetOverviewAsync(default)).Queues) is var queue ? (queue.Scheduled, queue.Queued, queue.Running, queue.Succeeded) : default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ud83d\ude00")]
    public async Task A_message_of_an_exception_is_kept_up_to_a_bound_whatever_it_says(string atTheBound)
    {
        var message = new string('x', 3_999) + atTheBound + new string('y', 1_000_000);
        await using var host = await StartAsync((_, _, _) => throw new BackgroundTaskException(message));

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.Equal(new string('x', 3_999) + (atTheBound.Length == 0 ? "y…" : "…"), task.Error!.Message);
    }

    private static void ThrowIf(bool condition)
    {
        if (condition)
            throw new InvalidOperationException();
    }

    private static Task<TaskHost> StartAsync(Func<HeldPayload, BackgroundTaskContext, CancellationToken, Task<string>> handler) =>
        TaskHost.StartAsync(tasks => tasks.AddHandler("guarded", handler));

    private sealed class MuteException(bool isNull) : BackgroundTaskException
    {
        public override string Message => isNull ? null! : throw new InvalidOperationException();
    }

    private sealed class ThrowingService : IDisposable
    {
        public void Dispose() => throw new IOException();
    }

    private sealed class ThrowingLoggers : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("BackgroundTasks.", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new InvalidOperationException();

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new InvalidOperationException();

        public void Dispose()
        {
        }
    }
}

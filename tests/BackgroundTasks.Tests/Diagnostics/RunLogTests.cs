using BackgroundTasks.Tests.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Diagnostics;

/// <summary>One line for each run, with all that one looks for.</summary>
public sealed class RunLogTests : IDisposable
{
    private static readonly string[] Ends = ["RunFinished", "AttemptFailed", "AttemptFailedForNow"];

    private readonly HeldWork _held = new();
    private readonly LogEntries _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_run_that_succeeds_is_one_line_and_its_start_is_for_debugging()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        host.Time.Advance(TimeSpan.FromMilliseconds(12));
        run.Return("");
        var line = await EndLineAsync(host, task);

        Assert.Equal((LogLevel.Information, $"Task held {task.Id:N} succeeded, attempt 1, 12 ms"), (line.Level, line.Message));
        Assert.Equal((LogLevel.Debug, $"Task held {task.Id:N} started, attempt 1"), Assert.Single(_log.Named("RunStarted")) is var start ? (start.Level, start.Message) : default);
    }

    [Fact]
    public async Task A_failed_attempt_tells_its_error_and_when_the_next_one_is()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { MaxAttempts = 3 });
        (await _held.NextAsync()).Throw(new InvalidOperationException("no answer"));
        var line = await _log.NextAsync("AttemptFailedForNow");
        var next = (await host.Queue.FindAsync(task.Id))!.ScheduledFor!.Value;

        Assert.Equal($"Task held {task.Id:N} failed, attempt 1 of 3, 0 ms: InvalidOperationException: no answer; next attempt at {next.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}", line.Message);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.IsType<InvalidOperationException>(line.Exception);
    }

    [Fact]
    public async Task A_time_out_is_told_as_such_and_not_as_an_exception()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromSeconds(1) });
        (await _held.NextAsync()).HeedToken();
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var line = await EndLineAsync(host, task);

        Assert.StartsWith($"Task held {task.Id:N} failed, attempt 1 of 1, 1000 ms: timeout: The attempt took longer than 1 seconds.", line.Message, StringComparison.Ordinal);
        Assert.Null(line.Exception);
    }

    [Fact]
    public async Task A_canceled_and_an_interrupted_run_are_told_as_such()
    {
        await using var host = await StartAsync();
        var canceled = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).HeedToken();
        await host.Queue.CancelAsync(canceled.Id);
        await EndLineAsync(host, canceled);
        var interrupted = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).HeedToken();

        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.Equal(
            [$"Task held {canceled.Id:N} canceled, attempt 1, 0 ms", $"Task held {interrupted.Id:N} interrupted, attempt 1, 8000 ms"],
            _log.Named("RunFinished").Select(entry => entry.Message));
    }

    [Fact]
    public async Task The_scope_of_a_run_has_the_task_and_the_trace_that_submitted_it()
    {
        await using var host = await StartAsync();
        using var activity = new System.Diagnostics.Activity("request").SetIdFormat(System.Diagnostics.ActivityIdFormat.W3C).Start();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        activity.Stop();
        (await _held.NextAsync()).Return("");

        var scope = (await EndLineAsync(host, task)).Scope;

        Assert.Equal(
            (task.Id.ToString("N"), "held", 1, activity.TraceId.ToHexString()),
            (scope["TaskId"], scope["TaskType"], scope["Attempt"], scope["SubmitTraceId"]));
    }

    [Fact]
    public async Task What_clients_read_of_a_failure_is_under_the_id_that_the_log_has()
    {
        await using var host = await StartAsync();
        using var activity = new System.Diagnostics.Activity("request").SetIdFormat(System.Diagnostics.ActivityIdFormat.W3C).Start();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException("secret"));
        var line = await EndLineAsync(host, task);

        Assert.Equal($"InvalidOperationException ended the attempt. The service's log has its details under the task id {task.Id:N}.", (await host.EndOf(task)).Error!.Message);
        Assert.Contains($"{task.Id:N}", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_level_is_off_nothing_is_logged()
    {
        using var log = new LogEntries(LogLevel.Error);
        await using var host = await TaskHost.StartAsync(tasks =>
        {
            tasks.Services.AddSingleton<ILoggerProvider>(log);
            tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync);
        });
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException());
        await host.EndOf(task);
        await host.StopAsync();

        Assert.Empty(log.All);
    }

    /// <summary>The one line with which a run of the task ended; there is no other when the host has stopped.</summary>
    private async Task<KeptEntry> EndLineAsync(TaskHost host, BackgroundTask task)
    {
        await host.EndOf(task);
        while (true)
        {
            if (_log.Named(Ends).Where(entry => entry.Message.Contains($"{task.Id:N}", StringComparison.Ordinal)).ToList() is { Count: > 0 } lines)
                return Assert.Single(lines);
            await Task.Yield();
        }
    }

    private Task<TaskHost> StartAsync() => TaskHost.StartAsync(tasks =>
    {
        tasks.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        tasks.Services.AddSingleton<ILoggerProvider>(_log);
        tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync);
    });
}

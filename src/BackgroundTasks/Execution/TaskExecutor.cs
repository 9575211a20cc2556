using System.Collections.Concurrent;
using BackgroundTasks.Diagnostics;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>Runs one task: starts it, calls its handler, stores how it ended.</summary>
internal sealed class TaskExecutor : IDisposable
{
    /// <summary>How long a handler may take to heed its token before the log tells that it does not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, RunningTask> _running = new();
    private readonly IBackgroundTaskStore _store;
    private readonly TaskChanger _changer;
    private readonly TaskTypeRegistry _types;
    private readonly HandlerThreads _threads;
    private readonly TaskFailure _failure;
    private readonly RetryPolicy _retries;
    private readonly Deadlines _deadlines;
    private readonly StoreInsistence _insistence;
    private readonly TaskTelemetry _telemetry;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _timeProvider;
    private readonly BackgroundTasksOptions _options;
    private readonly ILogger<TaskExecutor> _logger;
    private readonly IDisposable _subscription;
    private readonly string _node = NodeName.Create();
    private volatile bool _interrupted;

    public TaskExecutor(
        IBackgroundTaskStore store, TaskChanger changer, TaskTypeRegistry types, HandlerThreads threads, TaskFailure failure, TaskTelemetry telemetry,
        RetryPolicy retries, Deadlines deadlines, StoreInsistence insistence, IServiceScopeFactory scopes, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options, ILogger<TaskExecutor> logger)
    {
        (_store, _changer, _types, _threads, _failure, _telemetry, _retries, _deadlines, _insistence) = (store, changer, types, threads, failure, telemetry, retries, deadlines, insistence);
        (_scopes, _timeProvider, _options, _logger) = (scopes, timeProvider, options.Value, logger);
        _subscription = store.Subscribe(OnChange);
    }

    /// <summary>What this process is called among those that share a store.</summary>
    public string Node => _node;

    /// <summary>Runs a task until its end is stored. False where it was not started: it is another version by now, most likely canceled.</summary>
    public async Task<bool> RunAsync(BackgroundTask task)
    {
        if (await RunHandlerAsync(task) is not { } ending)
            return false;
        await ending;
        return true;
    }

    /// <summary>Runs a task until its handler has returned: completes with the storing of its end. Null where it was not started.</summary>
    public async Task<Task?> RunHandlerAsync(BackgroundTask task)
    {
        // Known before it is started: a cancel that follows the start at once must find it.
        var run = new RunningTask(task, _scopes, _store);
        while (!_running.TryAdd(task.Id, run))
        {
            // A run, then this is outdated; or an outdated start that is about to be refused, then this is the one to run.
            if ((await _store.FindAsync(task.Id, CancellationToken.None))?.Version != task.Version)
                return null;
            await Task.Yield();
        }

        Task? ending = null;
        try
        {
            // Looked at when known: an interruption has found this run, or is seen here.
            if (_interrupted
                || task.Start(_node, _timeProvider.GetUtcNow()) is not { } started
                || await StoreStartAsync(task, started) is not SwapResult.Swapped)
                return null;
            var attempt = _telemetry.StartAttempt(started);
            var end = await CallHandlerAsync(started, run);
            attempt?.HandlerReturned();

            // Before the end is stored: whoever sees it may start the task again at once, and that run must not be taken for this one.
            Forget(run);
            return ending = StoreEndAsync(started, run, end, attempt);
        }
        finally
        {
            Forget(run);
            if (ending is null)
                await run.DisposeAsync();
        }
    }

    /// <summary>The drain time is over: what runs is told to stop, and goes back to its queue. What a worker has in hand and has not started stays there.</summary>
    public int InterruptAll()
    {
        _interrupted = true;
        var interrupted = 0;
        foreach (var run in _running.Values)
        {
            Cancel(run, CancelReason.Shutdown);
            interrupted++;
        }

        _insistence.GiveUp();
        return interrupted;
    }

    public void Dispose() => _subscription.Dispose();

    private void Forget(RunningTask run) => _running.TryRemove(new KeyValuePair<Guid, RunningTask>(run.Id, run));

    private async Task StoreEndAsync(BackgroundTask started, RunningTask run, Func<BackgroundTask, BackgroundTask?> end, ObservedAttempt? attempt)
    {
        await using (run)
        using (attempt)
        {
            var (ended, changed) = await _insistence.UntilStoredAsync(
                started, () => _changer.ApplyAsync(started.Id, current => current.IsRun(_node, run.Run) ? end(current) : null, CancellationToken.None, started));
            attempt?.End(ended, changed);
        }
    }

    /// <summary>What has outlived a crash may be what caused it: its run is stored before its handler is called, and so it is counted.</summary>
    private Task<SwapResult> StoreStartAsync(BackgroundTask task, BackgroundTask started) =>
        _insistence.UntilStoredAsync(task, () => _store.TrySwapAsync(task, started, task.Survived ? StoreWrite.Durable : StoreWrite.Behind, CancellationToken.None));

    /// <summary>How the run ends: the transition to apply.</summary>
    private async Task<Func<BackgroundTask, BackgroundTask?>> CallHandlerAsync(BackgroundTask started, RunningTask run)
    {
        using var scope = Log.RunScope(_logger, started.Id, started.Type, started.Attempt);
        using var deadline = started.Submission.Timeout is { } timeout ? _deadlines.Add(timeout, () => Cancel(run, CancelReason.Timeout)) : null;
        try
        {
            var type = _types.Get(started.Type);
            var result = type.Options.Blocking
                ? await _threads.RunAsync(() => type.RunAsync(started.Submission.Payload, run, run.Token))
                : await type.RunAsync(started.Submission.Payload, run, run.Token);
            await run.DisposeAsync();
            if (result.Length > _options.MaxResultBytes)
                throw new ResultTooLargeException(result.Length, _options.MaxResultBytes);
            return current => current.Succeed(result, _timeProvider.GetUtcNow());
        }
        catch (OperationCanceledException) when (run.Reason is CancelReason.Requested)
        {
            return current => current.EndCanceled(_timeProvider.GetUtcNow());
        }
        catch (OperationCanceledException) when (run.Reason is CancelReason.Shutdown)
        {
            return current => current.Interrupt(_timeProvider.GetUtcNow());
        }
        catch (Exception exception)
        {
            // The boundary to the handler: whatever it throws is how its attempt ended.
            Log.AttemptFailed(_logger, started.Type, started.Id, started.Attempt, started.Submission.MaxAttempts, exception);
            var error = run.Reason is CancelReason.Timeout && exception is OperationCanceledException
                ? TaskFailure.Timeout(started)
                : _failure.Describe(exception, started);
            return NextAttempt(started, exception) is { } next
                ? current => current.ScheduleRetry(error, next, _timeProvider.GetUtcNow())
                : current => current.Fail(error, _timeProvider.GetUtcNow());
        }
    }

    private DateTimeOffset? NextAttempt(BackgroundTask started, Exception exception)
    {
        try
        {
            return _types.Find(started.Type) is { } type ? _retries.NextAttempt(started, type, exception) : null;
        }
        catch (Exception fault)
        {
            // The boundary to the type's own rule: one that throws must not leave its task running for ever.
            Log.RetryRuleFailed(_logger, started.Type, fault);
            return null;
        }
    }

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Task is { CancelRequested: true, State: BackgroundTaskState.Running } task && _running.TryGetValue(change.Id, out var run) && run.Run == task.Run)
            Cancel(run, CancelReason.Requested);
    }

    private void Cancel(RunningTask run, CancelReason reason)
    {
        if (!run.Cancel(reason, exception => Log.CancelCallbackFailed(_logger, run.Type, run.Id, exception)))
            return;
        run.Overstay = _deadlines.Add(Patience, () => Log.Overstays(_logger, run.Type, run.Id, Patience.TotalSeconds));
    }
}

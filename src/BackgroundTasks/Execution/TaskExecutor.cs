using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Execution;

/// <summary>Runs one task: stores its start, calls its handler, stores how it ended. From the stored start on everything ends in an end.</summary>
internal sealed class TaskExecutor : IDisposable
{
    private readonly RunningTasks _running = new();
    private readonly IBackgroundTaskStore _store;
    private readonly TaskChanger _changer;
    private readonly HandlerCaller _caller;
    private readonly RunEndings _endings;
    private readonly StoreInsistence _insistence;
    private readonly RunMemory _memory;
    private readonly TaskTelemetry _telemetry;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _timeProvider;
    private readonly RunLog _log;
    private readonly Action<RunningTask, CancelReason> _cancel;
    private readonly IDisposable _subscription;
    private readonly string _node = NodeName.Create();
    private volatile bool _interrupted;

    public TaskExecutor(
        IBackgroundTaskStore store, TaskChanger changer, HandlerCaller caller, RunEndings endings, StoreInsistence insistence, RunMemory memory, TaskTelemetry telemetry,
        IServiceScopeFactory scopes, TimeProvider timeProvider, ILogger<TaskExecutor> logger)
    {
        (_store, _changer, _caller, _endings, _insistence, _memory, _telemetry) = (store, changer, caller, endings, insistence, memory, telemetry);
        (_scopes, _timeProvider, _log) = (scopes, timeProvider, new RunLog(logger));
        _cancel = caller.Cancel;
        _subscription = store.Subscribe(OnChange);
    }

    /// <summary>What this process is called among those that share a store.</summary>
    public string Node => _node;

    /// <summary>Whether memory is left for results that wait to be stored.</summary>
    public bool HasMemory => _memory.HasRoom;

    /// <summary>Runs a task until its end is stored. False where it was not started: it is another version by now, most likely canceled.</summary>
    public async Task<bool> RunAsync(BackgroundTask task)
    {
        if (await RunHandlerAsync(task) is not { } ending)
            return false;
        await ending;
        return true;
    }

    /// <summary>Runs a task until its handler has returned: completes with the storing of its end. Null where it was not started.</summary>
    public async ValueTask<Task?> RunHandlerAsync(BackgroundTask task)
    {
        // Known before it is started: a cancel that follows the start at once must find it.
        var run = new RunningTask(task, _scopes, _store);
        _running.Add(run);
        Task? ending = null;
        try
        {
            // Before the start: a payload that cannot be read yet must not cost an attempt.
            var unread = await LoadPayloadAsync(task, run);

            // Looked at when known: an interruption has found this run, or is seen here.
            if (_interrupted || task.Start(_node, _timeProvider.GetUtcNow()) is not { } started)
                return null;
            var (isStarted, fault) = await StoreStartAsync(task, started);
            return isStarted ? ending = await RunStartedAsync(started, run, fault ?? unread) : null;
        }
        finally
        {
            _running.Remove(run);
            if (ending is null)
                run.Dispose();
        }
    }

    /// <summary>The drain time is over: what runs is told to stop, and goes back to its queue. What a worker has in hand and has not started stays there.</summary>
    public int InterruptAll()
    {
        _interrupted = true;
        var interrupted = 0;
        foreach (var run in _running.All)
        {
            _caller.Cancel(run, CancelReason.Shutdown);
            interrupted++;
        }

        _insistence.GiveUp();
        return interrupted;
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>What failed but a store that cannot read now: another try would fail too, and the task must not stay queued, in nobody's hand.</summary>
    private async ValueTask<Exception?> LoadPayloadAsync(BackgroundTask task, RunningTask run)
    {
        try
        {
            run.Loaded = await _memory.LoadPayloadAsync(task);
            return null;
        }
        catch (Exception exception) when (exception is not BackgroundTaskStoreException)
        {
            // The boundary to the store.
            return exception;
        }
    }

    /// <summary>What has outlived a crash may be what caused it: its run is stored before its handler is called, and so it is counted.</summary>
    /// <returns>Whether the start is stored; with it, what failed all the same: it may be stored then, and the run must end.</returns>
    private async ValueTask<(bool IsStarted, Exception? Fault)> StoreStartAsync(BackgroundTask task, BackgroundTask started)
    {
        try
        {
            var write = task.Survived ? StoreWrite.Durable : StoreWrite.Behind;
            var swapped = await _insistence.UntilStoredAsync(
                task, (Store: _store, Task: task, Started: started, Write: write), static start => start.Store.TrySwapAsync(start.Task, start.Started, start.Write, CancellationToken.None));
            return (swapped is SwapResult.Swapped, null);
        }
        catch (Exception exception) when (exception is not BackgroundTaskStoreException)
        {
            // The boundary to the store and to those who are told of its changes; only its own exception says that nothing was changed.
            return (true, exception);
        }
    }

    private async ValueTask<Task> RunStartedAsync(BackgroundTask started, RunningTask run, Exception? fault)
    {
        using var scope = _log.BeginScope(started);
        var attempt = _telemetry.StartAttempt(started);
        var begun = _log.IsEnabled ? _timeProvider.GetTimestamp() : 0;
        _log.Started(started);
        var end = fault is null ? await _caller.CallAsync(started, run) : _endings.Threw(started, null, fault);
        attempt?.HandlerReturned();
        var duration = _log.IsEnabled ? _timeProvider.GetElapsedTime(begun) : default;

        // Before the end is stored: whoever sees it may start the task again at once, and its own end must not cancel it.
        _running.Remove(run);
        return StoreEndAsync(started, run, end, attempt, duration);
    }

    private async Task StoreEndAsync(BackgroundTask started, RunningTask run, RunEnd end, ObservedAttempt? attempt, TimeSpan duration)
    {
        using (run)
        using (attempt)
        using (_memory.Hold(end.Result.Length))
        {
            var (ended, changed) = await _insistence.UntilStoredAsync(started, new Ending(this, started, end), static ending => ending.StoreAsync());
            attempt?.End(ended, changed);
            _log.Ended(started, ended, changed, end.Exception, duration);
        }
    }

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Task is { } task)
            _running.Heed(task, _node, _cancel);
    }

    /// <summary>The end of a run on its way to the store: applied only as long as the task is that run's.</summary>
    private readonly record struct Ending(TaskExecutor Owner, BackgroundTask Started, RunEnd End)
    {
        public ValueTask<(BackgroundTask? Found, bool Changed)> StoreAsync() =>
            Owner._changer.ApplyAsync(Started.Id, this, static (ending, current) => ending.Apply(current), CancellationToken.None, Started);

        private BackgroundTask? Apply(BackgroundTask current) =>
            current.IsRun(Owner._node, Started.Run) ? End.Apply(current, Owner._timeProvider.GetUtcNow()) : null;
    }
}

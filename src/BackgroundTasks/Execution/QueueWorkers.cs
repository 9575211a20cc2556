using BackgroundTasks.Diagnostics;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Execution;

/// <summary>The workers of one queue. A worker that becomes free takes the next task itself; only an idle one is woken.</summary>
internal sealed partial class QueueWorkers : IDisposable
{
    /// <summary>About how much JSON may wait together with the objects to which it was bound. Who finds more waiting, if all are as long as it, is bound anew.</summary>
    private const int MaxBoundBytes = 64 * 1024;

    /// <summary>What a task is counted for beside its payload.</summary>
    private const int LeastBoundBytes = 64;

    private readonly Lock _lock = new();
    private readonly ReadySet _ready;
    private readonly TypeLimits _limits;
    private readonly TaskTypeRegistry _types;
    private readonly HashSet<string> _withoutHandler = new(StringComparer.Ordinal);
    private readonly TaskExecutor _executor;
    private readonly ILogger _logger;
    private readonly PendingEnds _ends;
    private readonly IDisposable _subscription;
    private readonly string _queue;
    private readonly int _workers;
    private int _free;

    public QueueWorkers(
        string queue, BackgroundTaskQueueOptions settings, string tenantTag, TypeLimits limits, TaskTypeRegistry types, IBackgroundTaskStore store, TaskExecutor executor,
        TimeProvider timeProvider, ILogger logger)
    {
        (_queue, _workers, _free, _limits, _types) = (queue, settings.Workers, settings.Workers, limits, types);
        (_executor, _logger) = (executor, logger);
        _ready = new ReadySet(tenantTag, limits, Open, settings.BlockingWorkers);
        _ends = new PendingEnds(logger, () => executor.HasMemory, OnEnded);
        Taker = new QueueTaker(queue, store, Hold, timeProvider, logger);
        _subscription = store.Subscribe(OnChange);
    }

    public string Queue => _queue;

    /// <summary>Brings them their tasks.</summary>
    public QueueTaker Taker { get; }

    public int Workers => _workers;

    /// <summary>How many tasks this node holds that wait for a worker.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _ready.Count;
        }
    }

    /// <summary>How many run a task now.</summary>
    public int Busy => _workers - Volatile.Read(ref _free);

    public void Dispose()
    {
        _subscription.Dispose();
        Taker.Dispose();
    }

    private void Hold(IReadOnlyList<BackgroundTask> taken)
    {
        lock (_lock)
        {
            foreach (var task in taken)
                Hold(task);

            WakeIdle();
        }
    }

    private void Hold(BackgroundTask task)
    {
        try
        {
            // Of another version of the program: it stays queued until there is a handler for it again.
            if (_types.Find(task.Type) is not null)
                Add(task);
            else if (_withoutHandler.Add(task.Type))
                SafeLog.Write(() => Log.NoHandler(_logger, task.Type, _queue));
        }
        catch (Exception exception)
        {
            // The boundary of the dispatcher: one task must not keep back those that were taken with it.
            TellFault(exception);
        }
    }

    private void Add(BackgroundTask task)
    {
        if ((long)_ready.Count * (task.Submission.Payload.Length + LeastBoundBytes) > MaxBoundBytes)
            task.Submission.ForgetBound();
        _ready.Add(task);
    }

    /// <summary>A lane that was at its limit has room.</summary>
    private void Open(LaneKey lane)
    {
        lock (_lock)
        {
            _ready.Open(lane);
            WakeIdle();
        }
    }

    private void WakeIdle()
    {
        while (_free > 0 && TryTake(out var next))
        {
            _free--;
            ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work.Workers.RunUntilIdleAsync(work.Task), (Workers: this, Task: next), preferLocal: false);
        }

        CompleteIfIdle();
    }

    private async Task RunUntilIdleAsync(BackgroundTask task)
    {
        BackgroundTask? next = task;
        while (next is not null)
        {
            var started = await RunAsync(next);
            next = TakeNext(next, started);
        }
    }

    /// <summary>Never throws. False if it was not started.</summary>
    private async Task<bool> RunAsync(BackgroundTask task)
    {
        var started = true;
        try
        {
            var ending = await _executor.RunHandlerAsync(task);
            started = ending is not null;
            if (ending is { IsCompletedSuccessfully: false })
                await LetEndAsync(task, ending);
        }
        catch (Exception exception)
        {
            // The boundary of a worker: the store failed until the stop, or the program has a fault. The worker goes on.
            Tell(task, exception);
        }

        return started;
    }

    private void TellFault(Exception exception) => SafeLog.Write(() => Log.DispatchFailed(_logger, _queue, exception));

    private void Tell(BackgroundTask task, Exception exception) => SafeLog.Write(() => Log.RunFailed(_logger, task.Type, task.Id.ToString("N"), exception));

    /// <summary>
    /// A worker is for handlers: while an end is being stored, it goes on with the next. Not where tasks are run one after the other, so that each finds
    /// the one before it ended; nor where the task has lost runs before, so that it does not lose one more to whatever is started next.
    /// </summary>
    private Task LetEndAsync(BackgroundTask task, Task ending) =>
        _ends.AddAsync(task, ending, goesOn: _workers > 1 && _limits.Find(task.Type) is null && !task.Survived);

    /// <summary>Gives back what the run before has held, and takes the next task; null makes the worker idle. Never throws.</summary>
    private BackgroundTask? TakeNext(BackgroundTask ran, bool started)
    {
        try
        {
            _limits.Leave(ran, started);
        }
        catch (Exception exception)
        {
            // Whoever waited for the limit is called back here, of another queue perhaps.
            TellFault(exception);
        }

        lock (_lock)
        {
            _ready.Leave(ran);
            try
            {
                if (TryTake(out var task))
                    return task;
            }
            catch (Exception exception)
            {
                // The boundary of a worker, again: it must be free for what comes next.
                TellFault(exception);
            }

            _free++;
            CompleteIfIdle();
            return null;
        }
    }

    private bool TryTake(out BackgroundTask task)
    {
        task = null!;
        return !_paused && !_startingEnded && _ready.TryTake(out task);
    }

    private void OnChange(BackgroundTaskChange change)
    {
        // Never started, so it is held here or on its way: a start has a run.
        if (change.Task is { State: BackgroundTaskState.Canceled } task && task.Queue == _queue && (task.StartedAt is null || task.QueuedAt > task.StartedAt))
        {
            lock (_lock)
            {
                _ready.Forget(task);
                CompleteIfIdle();
            }
        }
    }
}

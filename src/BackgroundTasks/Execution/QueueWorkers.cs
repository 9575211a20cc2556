using BackgroundTasks.Diagnostics;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Execution;

/// <summary>The workers of one queue. A worker that becomes free takes the next task itself; only an idle one is woken.</summary>
internal sealed partial class QueueWorkers : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ReadySet _ready;
    private readonly TypeLimits _limits;
    private readonly TaskTypeRegistry _types;
    private readonly HashSet<string> _withoutHandler = new(StringComparer.Ordinal);
    private readonly IBackgroundTaskStore _store;
    private readonly TaskExecutor _executor;
    private readonly ILogger _logger;
    private readonly PendingEnds _ends;
    private readonly IDisposable _subscription;
    private readonly string _queue;
    private readonly int _workers;
    private int _free;

    public QueueWorkers(string queue, int workers, string tenantTag, TypeLimits limits, TaskTypeRegistry types, IBackgroundTaskStore store, TaskExecutor executor, ILogger logger)
    {
        (_queue, _workers, _free, _limits, _types) = (queue, workers, workers, limits, types);
        (_store, _executor, _logger) = (store, executor, logger);
        _ready = new ReadySet(tenantTag, limits, Open);
        _ends = new PendingEnds(logger, OnEnded);
        _subscription = store.Subscribe(OnChange);
    }

    public string Queue => _queue;

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

    public async Task TakeUntilStoppedAsync()
    {
        var request = new TakeRequest(_queue, [], int.MaxValue);
        try
        {
            // Cancelled, it still hands over what is there, and throws only instead of waiting: the drain runs what was accepted.
            while (true)
                Start(await _store.TakeAsync(request, _stopTaking.Token));
        }
        catch (OperationCanceledException) when (_stopTaking.IsCancellationRequested)
        {
            // The drain has begun.
        }
        finally
        {
            lock (_lock)
            {
                _takingEnded = true;
                CompleteIfDrained();
            }
        }
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _stopTaking.Dispose();
    }

    private void Start(IReadOnlyList<BackgroundTask> taken)
    {
        lock (_lock)
        {
            foreach (var task in taken)
            {
                // Of another version of the program: it stays queued until there is a handler for it again.
                if (_types.Find(task.Type) is not null)
                    _ready.Add(task);
                else if (_withoutHandler.Add(task.Type))
                    Log.NoHandler(_logger, task.Type, _queue);
            }

            WakeIdle();
        }
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

        CompleteIfDrained();
    }

    private async Task RunUntilIdleAsync(BackgroundTask task)
    {
        do
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
                // The boundary of a worker: the store failed, or a scope that could not be disposed. The worker goes on.
                Log.RunFailed(_logger, task.Type, task.Id, exception);
            }

            _limits.Leave(task, started);
        }
        while (TryTakeNext(out task));
    }

    /// <summary>
    /// A worker is for handlers: while an end is being stored, it goes on with the next. Not where tasks are run one after the other, so that each finds
    /// the one before it ended; nor where the task has lost runs before, so that it does not lose one more to whatever is started next.
    /// </summary>
    private Task LetEndAsync(BackgroundTask task, Task ending) =>
        _ends.AddAsync(task, ending, goesOn: _workers > 1 && _limits.Find(task.Type) is null && !task.Survived);

    private bool TryTakeNext(out BackgroundTask task)
    {
        lock (_lock)
        {
            if (TryTake(out task))
                return true;
            _free++;
            CompleteIfDrained();
            return false;
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
                CompleteIfDrained();
            }
        }
    }
}

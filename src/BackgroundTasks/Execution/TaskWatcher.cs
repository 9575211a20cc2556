namespace BackgroundTasks.Execution;

/// <summary>One who watches a task, until disposed.</summary>
internal sealed class TaskWatcher(WatchedTask watched, Deadlines deadlines, Action<BackgroundTaskChange>? onChange) : IDisposable
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<bool>? _waiting;
    private bool _untilTerminal;
    private bool _changed;
    private bool _released;
    private BackgroundTask? _told;

    /// <summary>The end of the task, or else the newest snapshot, as told since the registration; null if nothing was.</summary>
    public BackgroundTask? Told
    {
        get
        {
            lock (_lock)
                return _told;
        }
    }

    /// <summary>
    /// Waits for the next change since the last wait (or since the registration): true. False when the time is over or the process stops.
    /// Asked to, it sleeps through the changes of a task that goes on.
    /// </summary>
    public async Task<bool> WaitAsync(TimeSpan timeout, bool untilTerminal, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> waiting;
        lock (_lock)
        {
            if (_changed || _released)
            {
                var changed = _changed;
                _changed = false;
                return changed && !_released;
            }

            if (timeout <= TimeSpan.Zero)
                return false;
            _untilTerminal = untilTerminal;
            _waiting = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var deadline = deadlines.Add(timeout, () => waiting.TrySetResult(false));
        await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource<bool>)state!).TrySetCanceled(token), waiting);
        return await waiting.Task;
    }

    public void Wake(BackgroundTaskChange change)
    {
        if (onChange is not null)
        {
            onChange(change);
            return;
        }

        lock (_lock)
        {
            Keep(change.Task);
            if (_waiting is { } waiting)
            {
                if (_untilTerminal && change is { Kind: BackgroundTaskChangeKind.Reported } or { Task.IsTerminal: false })
                    return;
                _waiting = null;
                if (waiting.TrySetResult(true))
                    return;
            }

            // Nobody waits, or the wait was just given up: the next one ends at once.
            _changed = true;
        }
    }

    public void Release()
    {
        lock (_lock)
        {
            _released = true;
            _waiting?.TrySetResult(false);
        }
    }

    public void Dispose() => watched.Remove(this);

    /// <summary>An end stays: whoever waited before it gets it, also if the task runs again or its record is removed at once.</summary>
    private void Keep(BackgroundTask? task)
    {
        if (task is not null && _told is not { IsTerminal: true } && (task.Version >= _told?.Version || _told is null))
            _told = task;
    }
}

namespace BackgroundTasks.Stores;

/// <summary>The queued tasks of a queue in the order in which they became queued, to tell how long the oldest waits. What is queued no longer stays until it is met, or until half is such.</summary>
internal sealed class QueuedOrder
{
    private readonly Lock _lock = new();
    private Queue<(TaskEntry Entry, long Version, TimeSpan Skew)> _queued = new();

    public void Add(TaskEntry entry, BackgroundTask task, long queuedNow, TimeSpan skew)
    {
        lock (_lock)
        {
            if (_queued.Count > 64 + (2 * queuedNow))
                _queued = new(_queued.Where(IsQueued));
            _queued.Enqueue((entry, task.Version, skew));
        }
    }

    /// <summary>When it became queued, by the wall clock as it is now: what has elapsed since does not depend on who has set the clock meanwhile.</summary>
    public DateTimeOffset? Oldest(TimeSpan skew)
    {
        lock (_lock)
        {
            while (_queued.TryPeek(out var first))
            {
                if (IsQueued(first))
                    return first.Entry.Task.QueuedAt - first.Skew + skew;
                _queued.Dequeue();
            }
        }

        return null;
    }

    private static bool IsQueued((TaskEntry Entry, long Version, TimeSpan Skew) queued) => !queued.Entry.IsGone && queued.Entry.Task.Version == queued.Version;
}

namespace BackgroundTasks.Stores;

/// <summary>The queued tasks of a queue in the order in which they became queued, to tell how long the oldest waits. What is queued no longer stays until it is met, or until half is such.</summary>
internal sealed class QueuedOrder
{
    private readonly Lock _lock = new();
    private Queue<(TaskEntry Entry, long Version)> _queued = new();

    public void Add(TaskEntry entry, BackgroundTask task, long queuedNow)
    {
        lock (_lock)
        {
            if (_queued.Count > 64 + (2 * queuedNow))
                _queued = new(_queued.Where(IsQueued));
            _queued.Enqueue((entry, task.Version));
        }
    }

    public DateTimeOffset? Oldest()
    {
        lock (_lock)
        {
            while (_queued.TryPeek(out var first))
            {
                if (IsQueued(first))
                    return first.Entry.Task.QueuedAt;
                _queued.Dequeue();
            }
        }

        return null;
    }

    private static bool IsQueued((TaskEntry Entry, long Version) queued) => !queued.Entry.IsGone && queued.Entry.Task.Version == queued.Version;
}

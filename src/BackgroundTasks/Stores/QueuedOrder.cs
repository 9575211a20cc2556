namespace BackgroundTasks.Stores;

/// <summary>
/// The queued tasks of a queue in the order in which they became queued, to tell how long the oldest waits. What is queued no longer stays until it is met,
/// or until half is such; so it holds no task, which may have a large result by then. Its room is used again.
/// </summary>
/// <param name="isCurrent">Whether a task is still at a version.</param>
internal sealed class QueuedOrder(Func<Guid, long, bool> isCurrent)
{
    /// <summary>Room that is kept, however few are queued.</summary>
    private const int KeptRoom = 4_096;

    private readonly Lock _lock = new();
    private readonly Queue<QueuedVersion> _queued = new();

    public void Add(BackgroundTask task, long queuedNow, TimeSpan skew)
    {
        lock (_lock)
        {
            if (_queued.Count > 64 + (2 * queuedNow))
                DropOthers();
            _queued.Enqueue(new(task.Id, task.Version, task.QueuedAt - skew));
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
                    return first.SteadyQueuedAt + skew;
                _queued.Dequeue();
            }
        }

        return null;
    }

    private void DropOthers()
    {
        for (var left = _queued.Count; left > 0; left--)
        {
            if (_queued.Dequeue() is var queued && IsQueued(queued))
                _queued.Enqueue(queued);
        }

        if (_queued.Capacity > KeptRoom)
            _queued.TrimExcess();
    }

    private bool IsQueued(QueuedVersion queued) => isCurrent(queued.Id, queued.Version);

    private readonly record struct QueuedVersion(Guid Id, long Version, DateTimeOffset? SteadyQueuedAt);
}

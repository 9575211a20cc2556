namespace BackgroundTasks.Http.Events;

/// <summary>The changes of state of all tasks, for those who follow them. The store is listened to only while someone does.</summary>
internal sealed class TaskFeed(IBackgroundTaskStore store)
{
    private readonly Lock _lock = new();
    private readonly HashSet<FeedQueue> _queues = [];
    private LatestVersions? _latest;
    private IDisposable? _subscription;

    public int Count
    {
        get
        {
            lock (_lock)
                return _queues.Count;
        }
    }

    /// <summary>Fills a queue until what it returns is disposed.</summary>
    public IDisposable Add(FeedQueue queue)
    {
        lock (_lock)
        {
            _queues.Add(queue);
            _latest ??= new LatestVersions();
            _subscription ??= store.Subscribe(OnChange);
        }

        return new Registration(this, queue);
    }

    private void OnChange(BackgroundTaskChange change)
    {
        // A removal has no task to tell.
        if (change.Task is not { } task)
            return;
        lock (_lock)
        {
            if (_latest?.TryRaise(task) is not true)
                return;
            foreach (var queue in _queues)
                queue.Offer(task);
        }
    }

    private void Remove(FeedQueue queue)
    {
        lock (_lock)
        {
            _queues.Remove(queue);
            if (_queues.Count > 0)
                return;
            _subscription?.Dispose();
            (_subscription, _latest) = (null, null);
        }
    }

    private sealed class Registration(TaskFeed feed, FeedQueue queue) : IDisposable
    {
        public void Dispose() => feed.Remove(queue);
    }
}

namespace BackgroundTasks.Execution;

/// <summary>A task and who watches it.</summary>
internal sealed class WatchedTask(Guid id, TaskWatch owner)
{
    private readonly Lock _lock = new();
    private readonly List<TaskWatcher> _watchers = [];
    private bool _ended;

    public Guid Id { get; } = id;

    /// <summary>False where the last watcher has just left: take a new one.</summary>
    public bool TryAdd(TaskWatcher watcher)
    {
        lock (_lock)
        {
            if (!_ended)
                _watchers.Add(watcher);
            return !_ended;
        }
    }

    public void Remove(TaskWatcher watcher)
    {
        lock (_lock)
        {
            if (!_watchers.Remove(watcher) || _watchers.Count > 0)
                return;
            _ended = true;
        }

        owner.Remove(this);
    }

    public void Wake(BackgroundTaskChange change)
    {
        foreach (var watcher in Watchers())
            watcher.Wake(change);
    }

    public void Release()
    {
        foreach (var watcher in Watchers())
            watcher.Release();
    }

    private TaskWatcher[] Watchers()
    {
        lock (_lock)
            return [.. _watchers];
    }
}

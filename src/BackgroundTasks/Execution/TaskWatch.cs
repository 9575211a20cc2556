using System.Collections.Concurrent;

namespace BackgroundTasks.Execution;

/// <summary>
/// Wakes those who wait for a change of a task, and hands them what it became. Nothing is done for a change that nobody watches; a watcher costs no
/// thread and no timer, and leaves nothing behind. Register, then read, then wait: a change in between is not missed, nor is an end
/// whose record is gone by the time of the reading.
/// </summary>
internal sealed class TaskWatch : IDisposable
{
    private readonly ConcurrentDictionary<Guid, WatchedTask> _watched = new();
    private readonly Deadlines _deadlines;
    private readonly IDisposable _subscription;
    private volatile bool _closed;

    public TaskWatch(IBackgroundTaskStore store, Deadlines deadlines)
    {
        _deadlines = deadlines;
        _subscription = store.Subscribe(OnChange);
    }

    public int Count => _watched.Count;

    /// <summary>Watches a task until what it returns is disposed: to wait, or to be called back, quickly and without throwing.</summary>
    public TaskWatcher Register(Guid id, Action<BackgroundTaskChange>? onChange = null)
    {
        while (true)
        {
            // A task is watched from the moment at which it can be told of: it is never here without a watcher.
            var isNew = !_watched.TryGetValue(id, out var watched);
            watched ??= new WatchedTask(id, this);
            var watcher = new TaskWatcher(watched, _deadlines, onChange);
            if (!watched.TryAdd(watcher) || (isNew && !_watched.TryAdd(id, watched)))
                continue;
            if (_closed)
                watcher.Release();
            return watcher;
        }
    }

    /// <summary>The process stops: every wait, now and later, is over at once.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var watched in _watched.Values)
            watched.Release();
    }

    public void Dispose() => _subscription.Dispose();

    internal void Remove(WatchedTask watched) => _watched.TryRemove(new KeyValuePair<Guid, WatchedTask>(watched.Id, watched));

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Kind is BackgroundTaskChangeKind.Missed)
        {
            foreach (var each in _watched.Values)
                each.Wake(change);
        }
        else if (_watched.TryGetValue(change.Id, out var watched))
        {
            watched.Wake(change);
        }
    }
}

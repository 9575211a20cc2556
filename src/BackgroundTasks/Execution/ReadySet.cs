namespace BackgroundTasks.Execution;

/// <summary>The tasks of one queue that this node holds, in the order in which they run. Guarded by its owner's lock.</summary>
internal sealed class ReadySet
{
    private readonly Dictionary<Guid, long> _forgotten = [];
    private Queue<BackgroundTask> _tasks = new();

    public int Count => _tasks.Count;

    public void Add(BackgroundTask task) => _tasks.Enqueue(task);

    public bool TryTake(out BackgroundTask task)
    {
        while (_tasks.TryDequeue(out task!))
        {
            if (!IsForgotten(task))
                return true;
            _forgotten.Remove(task.Id);
        }

        return false;
    }

    /// <summary>
    /// A held task was canceled. It is skipped when its turn comes; when half of what is held is such, all of it is swept out,
    /// so that a queue whose workers are busy for long does not fill with the canceled.
    /// </summary>
    public void Forget(BackgroundTask canceled)
    {
        _forgotten[canceled.Id] = canceled.Version;
        if (_forgotten.Count <= 64 + (_tasks.Count / 2))
            return;
        _tasks = new Queue<BackgroundTask>(_tasks.Where(task => !IsForgotten(task)));
        _forgotten.Clear();
    }

    /// <summary>A worker may have had it in hand when it was canceled: queued again, it is a later version, and is not the one that was meant.</summary>
    private bool IsForgotten(BackgroundTask task) => _forgotten.TryGetValue(task.Id, out var version) && task.Version < version;
}

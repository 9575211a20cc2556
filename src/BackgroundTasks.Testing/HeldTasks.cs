namespace BackgroundTasks.Testing;

/// <summary>The tasks that are queued, as the store tells of them.</summary>
internal sealed class HeldTasks(TestSettings settings)
{
    private readonly Lock _lock = new();
    private readonly List<BackgroundTask> _queued = [];
    private readonly HashSet<string> _paused = new(StringComparer.Ordinal);

    public bool RunInline => settings.Mode is BackgroundTaskTestMode.Inline;

    public void OnChange(BackgroundTaskChange change)
    {
        if (change.Kind is BackgroundTaskChangeKind.Reported)
            return;
        lock (_lock)
        {
            // Told late, of two changes that came together: what is newer is known already.
            if (_queued.Exists(task => task.Id == change.Id && task.Version >= change.Task?.Version))
                return;
            _queued.RemoveAll(task => task.Id == change.Id);
            if (change.Task is { State: BackgroundTaskState.Queued } queued)
                _queued.Add(queued);
        }
    }

    public void SetPaused(string queue, bool paused)
    {
        lock (_lock)
        {
            if (paused)
                _paused.Add(queue);
            else
                _paused.Remove(queue);
        }
    }

    /// <summary>What may run, most urgent first, equals as they were queued.</summary>
    public IReadOnlyList<BackgroundTask> List()
    {
        lock (_lock)
            return [.. _queued.Where(task => !_paused.Contains(task.Queue)).OrderByDescending(task => task.Submission.Priority)];
    }

    /// <summary>Takes a task to run it; false where it is no longer queued, or its queue is paused.</summary>
    public bool TryTake(Guid id, out BackgroundTask task)
    {
        lock (_lock)
        {
            var index = _queued.FindIndex(queued => queued.Id == id && !_paused.Contains(queued.Queue));
            task = index < 0 ? null! : _queued[index];
            if (index >= 0)
                _queued.RemoveAt(index);
            return index >= 0;
        }
    }
}

namespace BackgroundTasks.Stores;

/// <summary>The tasks that ran when the former process ended. Each is offered until its run is over. For one caller at a time.</summary>
internal sealed class OrphanedRuns
{
    private readonly List<(TaskEntry Entry, int Run)> _orphans = [];

    public void Add(TaskEntry entry) => _orphans.Add((entry, entry.Task.Run));

    public IReadOnlyList<BackgroundTask> Take(int limit)
    {
        _orphans.RemoveAll(orphan => orphan.Entry.IsGone || orphan.Entry.Task.State is not BackgroundTaskState.Running || orphan.Entry.Task.Run != orphan.Run);
        return [.. _orphans.Take(limit).Select(orphan => orphan.Entry.Task)];
    }
}

namespace BackgroundTasks.Stores;

/// <summary>The live tasks in the order of their ids, so that a list by state costs what its page holds.</summary>
internal sealed class LiveIndex
{
    private readonly OrderedIndex<TaskEntry> _entries = new();

    public void Add(TaskEntry entry) => _entries.Set(entry.Task.Id, entry, IndexQuery.MarksOf(entry.Task));

    /// <summary>A task has another state.</summary>
    public void Move(BackgroundTask task) => _entries.Mark(task.Id, IndexQuery.MarksOf(task));

    public void Remove(TaskEntry entry) => _entries.Remove(entry.Task.Id);

    /// <summary>Live tasks below an id that the filter selects, newest first; resume is the last one looked at, null at the end.</summary>
    public (List<BackgroundTask> Tasks, Guid? Resume) List(BackgroundTaskFilter filter, Guid? below, int maxRecords)
    {
        var tasks = new List<BackgroundTask>();
        foreach (var (_, entry) in _entries.Descend(IndexQuery.Of(filter, below, BackgroundTaskState.Scheduled)))
        {
            if (entry.Current is not { IsTerminal: false } task)
                continue;
            if (filter.Matches(task))
                tasks.Add(task);
            if (tasks.Count == filter.PageSize || --maxRecords == 0)
                return (tasks, task.Id);
        }

        return (tasks, null);
    }
}

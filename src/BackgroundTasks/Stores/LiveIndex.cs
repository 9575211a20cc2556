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
    public (List<BackgroundTask> Tasks, Guid? Resume, int Looked) List(BackgroundTaskFilter filter, Guid? below, int maxRecords)
    {
        var tasks = new List<BackgroundTask>();
        var budget = new PageBudget(filter);
        var resume = below;
        var looked = 0;
        foreach (var (_, entry) in _entries.Descend(IndexQuery.Of(filter, below, BackgroundTaskState.Scheduled)))
        {
            if (entry.Current is not { IsTerminal: false } task)
                continue;
            looked++;
            if (filter.Matches(task))
            {
                if (!budget.TryTake(task))
                    return (tasks, resume, looked);
                tasks.Add(task);
            }

            resume = task.Id;
            if (tasks.Count == filter.PageSize || looked == maxRecords)
                return (tasks, resume, looked);
        }

        return (tasks, null, looked);
    }
}

namespace BackgroundTasks.Tests.Stores;

/// <summary>What a store must answer: a plain list of tasks, one step at a time.</summary>
internal sealed class StoreModel
{
    private readonly Dictionary<Guid, BackgroundTask> _tasks = [];

    public IReadOnlyCollection<BackgroundTask> All => _tasks.Values;

    public (AddOutcome Outcome, Guid? Existing) Add(BackgroundTask task, int capacity)
    {
        var (key, unique) = (task.Submission.IdempotencyKey, task.Submission.UniqueKey);
        if (key is not null && All.FirstOrDefault(other => other.Submission.IdempotencyKey == key) is { } same)
            return (AddOutcome.SameIdempotencyKey, same.Id);
        if (unique is not null && HolderOf(task) is { } holder)
            return (AddOutcome.SameUniqueKey, holder.Id);
        if (All.Count(other => other.State == task.State && (task.State is BackgroundTaskState.Scheduled || other.Queue == task.Queue)) >= capacity)
            return (AddOutcome.QueueFull, null);
        _tasks.Add(task.Id, task);
        return (AddOutcome.Added, null);
    }

    public SwapResult Swap(BackgroundTask current, BackgroundTask? successor)
    {
        if (!_tasks.TryGetValue(current.Id, out var stored) || stored.Version != current.Version)
            return SwapResult.Outdated;
        if (successor is { IsTerminal: false } && current.IsTerminal && HolderOf(successor) is not null)
            return SwapResult.UniqueKeyTaken;
        if (successor is null)
            _tasks.Remove(current.Id);
        else
            _tasks[current.Id] = successor;
        return SwapResult.Swapped;
    }

    /// <summary>Which of those that ended may go is the store's to choose where they ended at once; how many stay is not.</summary>
    public void Purge(DateTimeOffset finishedBefore, int keepAtMost)
    {
        var ended = All.Where(task => task.IsTerminal).OrderBy(task => task.FinishedAt).ToList();
        foreach (var task in ended.Where((task, place) => task.FinishedAt < finishedBefore || ended.Count - place > keepAtMost))
            _tasks.Remove(task.Id);
    }

    public QueueCounts Count(string queue)
    {
        long Of(BackgroundTaskState state) => All.Count(task => task.Queue == queue && task.State == state);
        return new(
            queue, Of(BackgroundTaskState.Scheduled), Of(BackgroundTaskState.Queued), Of(BackgroundTaskState.Running),
            Of(BackgroundTaskState.Succeeded), Of(BackgroundTaskState.Failed), Of(BackgroundTaskState.Canceled))
        {
            OldestQueuedAt = All.Where(task => task.Queue == queue && task.State is BackgroundTaskState.Queued).Min(task => task.QueuedAt),
        };
    }

    private BackgroundTask? HolderOf(BackgroundTask task) => task.Submission.UniqueKey is not { } unique ? null : All.FirstOrDefault(
        other => !other.IsTerminal && other.Id != task.Id && other.Type == task.Type && other.Submission.UniqueKey == unique);
}

namespace BackgroundTasks.Tests.Execution;

/// <summary>What a ready set does, as a list that is searched: the highest priority, the earliest turn, the earliest arrival.</summary>
internal sealed class ReadyModel
{
    private readonly List<(BackgroundTask Task, long Turn)> _waiting = [];
    private readonly Dictionary<int, long> _serving = [];

    public void Add(BackgroundTask task) =>
        _waiting.Add((task, Math.Max(_serving.GetValueOrDefault(task.Submission.Priority), LastTurn(task) + 1)));

    public BackgroundTask? Take(Predicate<string>? isOpen = null)
    {
        var open = _waiting.Where(item => isOpen is null || isOpen(item.Task.Type)).ToList();
        if (open.Count == 0)
            return null;
        var best = open.OrderByDescending(item => item.Task.Submission.Priority).ThenBy(item => item.Turn).First();
        _waiting.Remove(best);
        var priority = best.Task.Submission.Priority;
        _serving[priority] = Math.Max(_serving.GetValueOrDefault(priority), best.Turn);
        return best.Task;
    }

    public BackgroundTask? Any(Random random) => _waiting.Count == 0 ? null : _waiting[random.Next(_waiting.Count)].Task;

    public BackgroundTask Cancel(BackgroundTask task)
    {
        _waiting.RemoveAll(item => item.Task == task);
        return task;
    }

    private long LastTurn(BackgroundTask task) => _waiting
        .Where(item => item.Task.Submission.Priority == task.Submission.Priority && ReadyTasks.TenantOf(item.Task) == ReadyTasks.TenantOf(task))
        .Select(item => item.Turn).DefaultIfEmpty(-1).Max();
}

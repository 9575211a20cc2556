using System.Runtime.InteropServices;

namespace BackgroundTasks.Execution;

/// <summary>
/// The runs of this node, from before their start is stored until their end is about to be. A task is here once for each of its runs: the next may begin
/// before the one before it is forgotten. Two starts of one run can meet, an outdated one and the one to come; the newer takes the place, the store refuses the other.
/// </summary>
internal sealed class RunningTasks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Id, int Run), RunningTask> _runs = [];

    public IReadOnlyList<RunningTask> All
    {
        get
        {
            lock (_lock)
                return [.. _runs.Values];
        }
    }

    public void Add(RunningTask run)
    {
        lock (_lock)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_runs, (run.Id, run.Run), out _);
            if (place is null || place.StartVersion <= run.StartVersion)
                place = run;
        }
    }

    public void Remove(RunningTask run)
    {
        lock (_lock)
        {
            if (_runs.GetValueOrDefault((run.Id, run.Run)) == run)
                _runs.Remove((run.Id, run.Run));
        }
    }

    /// <summary>What a stored change means for the runs of its task, with the reason for which each is to be cancelled.</summary>
    public void Heed(BackgroundTask changed, string node, Action<RunningTask, CancelReason> cancel)
    {
        if (changed.State is BackgroundTaskState.Running && changed.Node == node)
        {
            if (changed.CancelRequested && Find(changed.Id, changed.Run) is { } asked)
                cancel(asked, CancelReason.Requested);
            return;
        }

        // Not, or no longer, a run of this node: whichever of its runs is under way here has been ended by somebody else.
        for (var run = changed.Run; run > 0; run--)
        {
            if (Find(changed.Id, run) is { } lost && changed.Version > lost.StartVersion)
                cancel(lost, CancelReason.Lost);
        }
    }

    private RunningTask? Find(Guid id, int run)
    {
        lock (_lock)
            return _runs.GetValueOrDefault((id, run));
    }
}

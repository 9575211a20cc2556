using System.Collections.Concurrent;

namespace BackgroundTasks.Execution;

/// <summary>
/// The runs of this node, from before their start is stored until their end is about to be. A task is here once for each of its runs: the next may begin
/// before the one before it is forgotten. Two starts of one run can meet, an outdated one and the one to come; the newer takes the place, the store refuses the other.
/// </summary>
internal sealed class RunningTasks
{
    private readonly ConcurrentDictionary<(Guid Id, int Run), RunningTask> _runs = new();

    public IEnumerable<RunningTask> All => _runs.Select(static run => run.Value);

    public void Add(RunningTask run) =>
        _runs.AddOrUpdate((run.Id, run.Run), static (_, added) => added, static (_, known, added) => known.StartVersion > added.StartVersion ? known : added, run);

    public void Remove(RunningTask run) => _runs.TryRemove(new KeyValuePair<(Guid, int), RunningTask>((run.Id, run.Run), run));

    /// <summary>What a stored change means for the runs of its task, with the reason for which each is to be cancelled.</summary>
    public void Heed(BackgroundTask changed, string node, Action<RunningTask, CancelReason> cancel)
    {
        if (changed.State is BackgroundTaskState.Running && changed.Node == node)
        {
            if (changed.CancelRequested && _runs.TryGetValue((changed.Id, changed.Run), out var asked))
                cancel(asked, CancelReason.Requested);
            return;
        }

        // Not, or no longer, a run of this node: whichever of its runs is under way here has been ended by somebody else.
        for (var run = changed.Run; run > 0; run--)
        {
            if (_runs.TryGetValue((changed.Id, run), out var lost) && changed.Version > lost.StartVersion)
                cancel(lost, CancelReason.Lost);
        }
    }
}

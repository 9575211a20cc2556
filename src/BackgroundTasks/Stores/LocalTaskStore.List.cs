using System.Collections.Concurrent;

namespace BackgroundTasks.Stores;

/// <summary>Lists: the live tasks laid over the journal's finished ones, both in the order of ids, newest first.</summary>
internal sealed partial class LocalTaskStore
{
    /// <summary>How often a list is read again because tasks came back to life meanwhile.</summary>
    private const int MostReadings = 10;

    /// <summary>Ended tasks whose retry is being stored: the journal may have let go of them already.</summary>
    private readonly ConcurrentDictionary<Guid, TaskEntry> _reviving = new();

    /// <summary>How many have come back to life.</summary>
    private int _revivals;

    public async ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken)
    {
        var below = PageToken.Read(filter);
        var wantsLive = filter.States.Count == 0 || filter.States.Any(state => state < BackgroundTaskState.Succeeded);
        var wantsFinished = filter.States.Count == 0 || filter.States.Any(state => state >= BackgroundTaskState.Succeeded);
        var share = wantsLive && wantsFinished ? filter.MaxLooks / 2 : filter.MaxLooks;
        for (var reading = 1; ; reading++)
        {
            // The live first: a task that ends in between is then met twice, and never missed. One that comes back to life in between would be: then again.
            var revivals = Volatile.Read(ref _revivals);
            var (live, resumeLive, looked) = _live.List(filter, below, share);
            var finished = await journal.ListAsync(filter, below, share, cancellationToken);
            live.AddRange(_reviving.Values.Select(entry => entry.Current).Where(task => filter.Matches(task) && (below is null || BackgroundTaskIds.Compare(task.Id, below.Value) < 0)));
            if (revivals == Volatile.Read(ref _revivals) || reading == MostReadings)
                return Merge(filter, live, resumeLive, finished) with { Looked = looked + finished.Looked };
        }
    }

    private static BackgroundTaskPage Merge(BackgroundTaskFilter filter, List<BackgroundTask> live, Guid? resumeLive, JournalPage finished)
    {
        var merged = live.Concat(finished.Tasks).DistinctBy(task => task.Id).ToList();
        merged.Sort((left, right) => BackgroundTaskIds.Compare(right.Id, left.Id));

        // One side may have stopped above what the other has read: what lies below that is for the next page.
        var resume = Highest(resumeLive, finished.Resume);
        if (resume is { } stop)
            merged.RemoveAll(task => BackgroundTaskIds.Compare(task.Id, stop) < 0);
        var budget = new PageBudget(filter);
        var fitting = 0;
        while (fitting < Math.Min(merged.Count, filter.PageSize) && budget.TryTake(merged[fitting]))
            fitting++;
        if (fitting < merged.Count)
        {
            merged.RemoveRange(fitting, merged.Count - fitting);
            resume = merged[^1].Id;
        }

        return new BackgroundTaskPage(merged, resume is { } next ? PageToken.Write(filter, next) : null);
    }

    private static Guid? Highest(Guid? left, Guid? right) =>
        left is null || (right is not null && BackgroundTaskIds.Compare(right.Value, left.Value) > 0) ? right : left;
}

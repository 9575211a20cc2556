using System.Collections.Concurrent;

namespace BackgroundTasks.Stores;

/// <summary>Lists: the live tasks laid over the journal's finished ones, both in the order of ids, newest first.</summary>
internal sealed partial class LocalTaskStore
{
    private const int RecordsPerCall = 10_000;

    /// <summary>How often a list is read again because tasks came back to life meanwhile.</summary>
    private const int MostReadings = 10;

    /// <summary>Ended tasks whose retry is being stored: the journal may have let go of them already.</summary>
    private readonly ConcurrentDictionary<Guid, TaskEntry> _reviving = new();

    /// <summary>How many have come back to life.</summary>
    private int _revivals;

    public async ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken)
    {
        var below = PageToken.Read(filter);
        for (var reading = 1; ; reading++)
        {
            // The live first: a task that ends in between is then met twice, and never missed. One that comes back to life in between would be: then again.
            var revivals = Volatile.Read(ref _revivals);
            var (live, resumeLive) = _live.List(filter, below, RecordsPerCall / 2);
            var finished = await journal.ListAsync(filter, below, RecordsPerCall / 2, cancellationToken);
            live.AddRange(_reviving.Values.Select(entry => entry.Current).Where(task => filter.Matches(task) && (below is null || BackgroundTaskIds.Compare(task.Id, below.Value) < 0)));
            if (revivals == Volatile.Read(ref _revivals) || reading == MostReadings)
                return Merge(filter, live, resumeLive, finished);
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
        if (merged.Count > filter.PageSize)
        {
            merged.RemoveRange(filter.PageSize, merged.Count - filter.PageSize);
            resume = merged[^1].Id;
        }

        return new BackgroundTaskPage(merged, resume is { } next ? PageToken.Write(filter, next) : null);
    }

    private static Guid? Highest(Guid? left, Guid? right) =>
        left is null || (right is not null && BackgroundTaskIds.Compare(right.Value, left.Value) > 0) ? right : left;
}

namespace BackgroundTasks.Stores;

/// <summary>Lists: the live tasks laid over the journal's finished ones, both in the order of ids, newest first.</summary>
internal sealed partial class LocalTaskStore
{
    private const int RecordsPerCall = 10_000;

    public async ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken)
    {
        var below = PageToken.Read(filter);

        // The live first: a task that finishes in between is then met twice, and never missed.
        var (live, resumeLive) = _live.List(filter, below, RecordsPerCall / 2);
        var finished = await journal.ListAsync(filter, below, RecordsPerCall / 2, cancellationToken);

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

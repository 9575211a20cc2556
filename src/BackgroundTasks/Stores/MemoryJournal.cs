namespace BackgroundTasks.Stores;

/// <summary>Lasts as long as the process: what is live is the store's, what is terminal is packed. Every call completes at once.</summary>
internal sealed class MemoryJournal : IBackgroundTaskJournal
{
    private const int PurgeBatch = 500;
    private readonly Lock _writing = new();
    private readonly PackedTasks _tasks = new();
    private readonly PackedTaskLister _lister;
    private readonly BackgroundTaskClock _clock;

    public MemoryJournal(BackgroundTaskClock? clock = null) => (_clock, _lister) = (clock ?? new(TimeProvider.System), new(_tasks));

    /// <summary>How many segments hold the tasks.</summary>
    public int SegmentCount => _tasks.SegmentCount;

    /// <summary>What they take, living or not.</summary>
    public long SegmentBytes => _tasks.SegmentBytes;

    public ValueTask<JournalContents> OpenAsync(CancellationToken cancellationToken) => new(new JournalContents([], [], null));

    public ValueTask WriteAsync(BackgroundTask? current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken)
    {
        if (successor is { IsTerminal: true })
        {
            lock (_writing)
                _tasks.Put(successor, _clock.Skew);
        }
        else if (current is { IsTerminal: true })
        {
            lock (_writing)
                _tasks.Remove(current.Id);
        }

        return default;
    }

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => new(_tasks.Find(id));

    public ValueTask<BackgroundTask?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) => new(_tasks.FindByKey(idempotencyKey));

    public ValueTask<JournalPage> ListAsync(BackgroundTaskFilter filter, Guid? below, int maxRecords, CancellationToken cancellationToken) =>
        new(_lister.List(filter, below, maxRecords));

    public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, Action<PurgedTask> onPurged, CancellationToken cancellationToken)
    {
        var purged = new List<PurgedTask>();
        bool more;
        lock (_writing)
            more = _tasks.Purge(finishedBefore, keepAtMost, PurgeBatch, purged);

        // Outside the lock: what is told may write again.
        purged.ForEach(onPurged);
        return new(more);
    }

    /// <summary>Nothing of it lasts: the store itself remembers as long as the process lives.</summary>
    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

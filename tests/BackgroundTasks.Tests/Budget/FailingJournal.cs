namespace BackgroundTasks.Tests.Budget;

/// <summary>A journal that refuses writes, or reads of payloads, for as long as a test says so.</summary>
internal sealed class FailingJournal(IBackgroundTaskJournal inner) : IBackgroundTaskJournal
{
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a write has been asked for that fails.</summary>
    public Task Refused => _refused.Task;

    /// <summary>Writes fail, as those of a full disk.</summary>
    public bool Fails { get; set; }

    /// <summary>How many reads of a payload fail from now on.</summary>
    public int FailingReads { get; set; }

    /// <summary>How a read of a payload fails.</summary>
    public Exception ReadFault { get; set; } = new BackgroundTaskStoreException("The disk does not work.");

    /// <summary>Payloads are not there.</summary>
    public bool HasLostPayloads { get; set; }

    /// <summary>How many payloads were asked for.</summary>
    public int Reads { get; private set; }

    public bool IsOverfull => inner.IsOverfull;

    public ValueTask<JournalContents> OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public async ValueTask<bool> AddAsync(BackgroundTask task, CancellationToken cancellationToken)
    {
        if (!Fails)
            return await inner.AddAsync(task, cancellationToken);

        // Not at once, so that the addition is pending for a while.
        await Task.Yield();
        _refused.TrySetResult();
        throw new BackgroundTaskStoreException("The disk is full.");
    }

    public async ValueTask WriteAsync(BackgroundTask? current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken)
    {
        if (!Fails)
        {
            await inner.WriteAsync(current, successor, write, cancellationToken);
            return;
        }

        // Not at once, so that the change is pending for a while.
        await Task.Yield();
        _refused.TrySetResult();
        throw new BackgroundTaskStoreException("The disk is full.");
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken)
    {
        Reads++;
        if (HasLostPayloads)
            return new((ReadOnlyMemory<byte>?)null);
        if (FailingReads == 0)
            return inner.ReadPayloadAsync(task, cancellationToken);
        FailingReads--;
        throw ReadFault;
    }

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public ValueTask<BackgroundTask?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) => inner.FindByKeyAsync(idempotencyKey, cancellationToken);

    public ValueTask<JournalPage> ListAsync(BackgroundTaskFilter filter, Guid? below, int maxRecords, CancellationToken cancellationToken) =>
        inner.ListAsync(filter, below, maxRecords, cancellationToken);

    public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, Action<PurgedTask> onPurged, CancellationToken cancellationToken) =>
        inner.PurgeAsync(finishedBefore, keepAtMost, onPurged, cancellationToken);

    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => inner.SetPausedAsync(queue, paused, cancellationToken);
}

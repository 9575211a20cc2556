namespace BackgroundTasks;

/// <summary>What stands behind the store of one process: nothing lasting (memory), or a file. It keeps terminal tasks; live ones it only makes last.</summary>
public interface IBackgroundTaskJournal
{
    /// <summary>Why it cannot write now; null while it can. It tries again by itself.</summary>
    string? Fault => null;

    /// <summary>A finished task is read from memory: the store need not keep many of the latest at hand.</summary>
    bool IsInMemory => false;

    /// <summary>The finished tasks take more memory than they may: the oldest are to be purged at once.</summary>
    bool IsOverfull => false;

    /// <summary>Takes the file for this process and migrates it.</summary>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <returns>Every task that is not terminal, the counts of those that are, and the highest id ever written.</returns>
    ValueTask<JournalContents> OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes a new task, if no task that is kept here has its id: decided in the same step. The payload comes only here, if it is longer than
    /// <see cref="BackgroundTaskSubmission.LongestPayloadAtHand"/>. It is kept as long as an active, failed or canceled task is.
    /// </summary>
    /// <param name="task">A task at version 1.</param>
    /// <param name="cancellationToken">Cancels the caller's wait, not the write.</param>
    /// <returns>True once it is durable; false, with nothing changed, if the id is taken. Throws <see cref="BackgroundTaskStoreException"/> with nothing changed if it cannot write.</returns>
    ValueTask<bool> AddAsync(BackgroundTask task, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one change (current null: new; successor null: removed). Calls of one task are applied in order, many of all to a commit.
    /// Each replaces the whole task, so that a later one makes good for an earlier one that failed. A long payload does not come again.
    /// </summary>
    /// <param name="current">What is replaced.</param>
    /// <param name="successor">What takes its place.</param>
    /// <param name="write">
    /// Durable: completes when it lasts, and throws <see cref="BackgroundTaskStoreException"/> with nothing changed where it cannot.
    /// Behind (a live task that stays live): completes at once and never fails; it stays owed until it lasts, or until a later one of the same task does.
    /// </param>
    /// <param name="cancellationToken">Gives the caller's wait up, not the write.</param>
    ValueTask WriteAsync(BackgroundTask? current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken);

    /// <summary>The payload of a task whose snapshots do not carry it, be it active or finished; null if it is not there.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken);

    /// <summary>A terminal task, or null.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The terminal task that was accepted with this key, or null.</summary>
    /// <param name="idempotencyKey">The key.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<BackgroundTask?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>
    /// Terminal tasks below an id, newest (highest id) first, that the filter's states allow and its other members select.
    /// Looks at <paramref name="maxRecords"/> records of these states at most.
    /// </summary>
    /// <param name="filter">What to list; its page token is the store's, not the journal's.</param>
    /// <param name="below">Only ids below this one; null: from the newest on.</param>
    /// <param name="maxRecords">How many records to look at.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<JournalPage> ListAsync(BackgroundTaskFilter filter, Guid? below, int maxRecords, CancellationToken cancellationToken);

    /// <summary>Removes one small batch of terminal tasks past their time, over the number or over the bytes that this journal may hold in memory; those that finished first go first.</summary>
    /// <param name="finishedBefore">Finished before this, a time of <see cref="BackgroundTaskClock.SteadyNow"/>: past its time.</param>
    /// <param name="keepAtMost">How many terminal tasks to keep.</param>
    /// <param name="onPurged">Told the queue and state of each task that went.</param>
    /// <param name="cancellationToken">Gives the caller's wait up.</param>
    /// <returns>True while more is left.</returns>
    ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, Action<PurgedTask> onPurged, CancellationToken cancellationToken);

    /// <summary>Keeps a queue's pause.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="paused">Whether it is paused.</param>
    /// <param name="cancellationToken">Gives the caller's wait up.</param>
    ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken);
}

/// <summary>What a journal brings back when it is opened.</summary>
/// <param name="Active">Every task that is not terminal.</param>
/// <param name="Terminal">How many terminal tasks it keeps of each queue.</param>
/// <param name="LastId">The highest id ever written, so that new ones are higher; null where there is none.</param>
public sealed record JournalContents(IReadOnlyList<BackgroundTask> Active, IReadOnlyList<QueueCounts> Terminal, Guid? LastId)
{
    /// <summary>The queues that were paused.</summary>
    public IReadOnlyList<string> Paused { get; init; } = [];
}

/// <summary>Some terminal tasks.</summary>
/// <param name="Tasks">The tasks, newest first.</param>
/// <param name="Resume">Where to go on: only ids below this one are left to look at; null at the end.</param>
public sealed record JournalPage(IReadOnlyList<BackgroundTask> Tasks, Guid? Resume)
{
    /// <summary>How many records were looked at for it.</summary>
    public int Looked { get; init; }
}

/// <summary>A terminal task that the retention removed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its type.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="State">Its state.</param>
/// <param name="Version">Its version.</param>
public readonly record struct PurgedTask(Guid Id, string Type, string Queue, BackgroundTaskState State, long Version);

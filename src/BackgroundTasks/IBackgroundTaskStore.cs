namespace BackgroundTasks;

/// <summary>Keeps tasks and shares queued ones out to this node. It knows no legal transition, no handler and no limit of a type.</summary>
public interface IBackgroundTaskStore
{
    /// <summary>Opens it: takes what it needs for itself alone, and brings back what an earlier process left. Called once, before the first request.</summary>
    /// <param name="cancellationToken">Gives the start up.</param>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a new task. One atomic step, decided in this order: same idempotency key, same active unique key, same id, no free place, no memory, added. A full store need not look at the ids of finished tasks.
    /// A task with an idempotency key waits a second at most for another addition with a key of its own that is not decided yet; then the answer is <see cref="AddOutcome.SameIdempotencyKey"/> without a task.
    /// </summary>
    /// <param name="task">A task at version 1.</param>
    /// <param name="capacity">How many tasks of its queue may be queued; of a scheduled one, how many may be scheduled in all.</param>
    /// <param name="cancellationToken">Gives the caller's wait up, not the write: also the wait for another addition with the same key, which is not yet decided.</param>
    ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken);

    /// <summary>The task as last stored, with its progress; or null. A pending change is not seen.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The active task of a type that has a unique key; null if none has, or if this store cannot tell.</summary>
    /// <param name="type">The type.</param>
    /// <param name="uniqueKey">The key.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<BackgroundTask?> FindByUniqueKeyAsync(string type, string uniqueKey, CancellationToken cancellationToken) => new((BackgroundTask?)null);

    /// <summary>
    /// The payload of a task that this store handed out without it (<see cref="BackgroundTaskSubmission.IsPayloadInStore"/>); null if it is no longer kept.
    /// Throws <see cref="BackgroundTaskStoreException"/> if it cannot be read now.
    /// A store that leaves no payload out does not need this.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This store leaves payloads out and cannot read them.");

    /// <summary>
    /// Puts <paramref name="successor"/> in the place of <paramref name="current"/> (null: removes it) if the stored version is still that of current.
    /// Waits for a pending change of the same task first. Throws with nothing changed when it cannot store.
    /// </summary>
    /// <param name="current">The snapshot from which the successor was made.</param>
    /// <param name="successor">What takes its place; null removes the task.</param>
    /// <param name="write">Whether to wait until the change lasts.</param>
    /// <param name="cancellationToken">Gives the caller's wait up, not the write.</param>
    ValueTask<SwapResult> TrySwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken);

    /// <summary>A running task's progress: the last one wins, dropped when the run is over, may be lost with the process. Never blocks.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="run">The run that reports.</param>
    /// <param name="progress">What it reports.</param>
    void Report(Guid id, int run, BackgroundTaskProgress progress);

    /// <summary>Newest first, from the token on. Looks at 10,000 records at most, so a page may be short and still have a next.</summary>
    /// <param name="filter">What to list.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken);

    /// <summary>Removes one small batch of terminal tasks past their time or over the number, those that finished first going first; true while more is left.</summary>
    /// <param name="finishedBefore">Finished before this: past its time. A time of <see cref="BackgroundTaskClock.SteadyNow"/>: age is elapsed time, whoever sets the wall clock.</param>
    /// <param name="keepAtMost">How many terminal tasks to keep.</param>
    /// <param name="cancellationToken">Gives the caller's wait up.</param>
    ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken);

    /// <summary>
    /// Calls back for every stored change and report, on any thread. Of one task, changes that this process makes are told one at a time and in their order:
    /// a new task before it can start, and the end of a task before its record can be removed. A store may hold a lock meanwhile:
    /// the callback must be quick, must not throw (what it throws is logged once, and changes nothing), and must not wait for a change.
    /// </summary>
    /// <param name="onChange">Told what changed.</param>
    /// <returns>Ends the subscription when disposed.</returns>
    IDisposable Subscribe(Action<BackgroundTaskChange> onChange);

    /// <summary>
    /// Waits until there is queued work of these types, then holds up to the asked number for this node, most urgent first.
    /// It is still queued: a hold is not a state. A store of one node may hand over all it has.
    /// </summary>
    /// <param name="request">The queue, and what this node can run.</param>
    /// <param name="cancellationToken">Stops waiting: what is queued already is still handed over, and where nothing is, <see cref="OperationCanceledException"/> is thrown.</param>
    ValueTask<IReadOnlyList<BackgroundTask>> TakeAsync(TakeRequest request, CancellationToken cancellationToken);

    /// <summary>Tasks that need a transition by the clock, those due first going first: running ones whose process is gone, and scheduled ones whose time has come.</summary>
    /// <param name="now">What the wall clock shows. A task that waits for a span of time is due when that has elapsed, whoever sets the wall clock meanwhile.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<DueTasks> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Counts of every queue. Constant cost.</summary>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<StoreOverview> GetOverviewAsync(CancellationToken cancellationToken);

    /// <summary>Pauses or resumes a queue on every node; kept.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="paused">Whether nothing of it is to be started.</param>
    /// <param name="cancellationToken">Gives the caller's wait up.</param>
    ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken);
}

/// <summary>When a change must last.</summary>
public enum StoreWrite
{
    /// <summary>Completes when it lasts.</summary>
    Durable,

    /// <summary>
    /// Visible at once and lasting a moment later, in order; a crash may lose it. Only for a task that is live and stays so:
    /// an end, a retry and a removal are durable whatever is asked.
    /// </summary>
    Behind,
}

/// <summary>How a swap ended.</summary>
public enum SwapResult
{
    /// <summary>The successor is stored.</summary>
    Swapped,

    /// <summary>The stored task is another version by now, or gone: read again.</summary>
    Outdated,

    /// <summary>The successor is active, and another active task has its unique key.</summary>
    UniqueKeyTaken,
}

/// <summary>How adding a task ended.</summary>
public enum AddOutcome
{
    /// <summary>It is kept.</summary>
    Added,

    /// <summary>A task with this idempotency key is kept already.</summary>
    SameIdempotencyKey,

    /// <summary>A task of this type with this unique key is active.</summary>
    SameUniqueKey,

    /// <summary>No place is free in its queue, or among the scheduled.</summary>
    QueueFull,

    /// <summary>The memory that tasks may take has no room for it.</summary>
    NoMemory,

    /// <summary>A task with this id is kept already.</summary>
    SameId,
}

/// <summary>What became of an addition.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Existing">The task that has the key or the id; null if none was met, or if it has gone meanwhile.</param>
public readonly record struct AddResult(AddOutcome Outcome, BackgroundTask? Existing);

/// <summary>A stored change.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Id">The task; empty if changes were missed.</param>
/// <param name="Task">Its new snapshot if it was stored, else null. The change that finishes a task carries the finished snapshot.</param>
public readonly record struct BackgroundTaskChange(BackgroundTaskChangeKind Kind, Guid Id, BackgroundTask? Task)
{
    /// <summary>Changes were missed: whoever waits reads again.</summary>
    public static BackgroundTaskChange Missed { get; } = new(BackgroundTaskChangeKind.Missed, Guid.Empty, null);

    /// <summary>A snapshot was stored.</summary>
    /// <param name="task">The new snapshot.</param>
    public static BackgroundTaskChange Stored(BackgroundTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new(BackgroundTaskChangeKind.Stored, task.Id, task);
    }

    /// <summary>A run has reported progress.</summary>
    /// <param name="id">The task.</param>
    public static BackgroundTaskChange Reported(Guid id) => new(BackgroundTaskChangeKind.Reported, id, null);

    /// <summary>A record was removed.</summary>
    /// <param name="id">The task.</param>
    public static BackgroundTaskChange Removed(Guid id) => new(BackgroundTaskChangeKind.Removed, id, null);

    /// <summary>Another node changed a task.</summary>
    /// <param name="id">The task.</param>
    public static BackgroundTaskChange Elsewhere(Guid id) => new(BackgroundTaskChangeKind.Elsewhere, id, null);
}

/// <summary>What changed.</summary>
public enum BackgroundTaskChangeKind
{
    /// <summary>A task has a new snapshot.</summary>
    Stored,

    /// <summary>The record of a finished task was removed: purged or deleted.</summary>
    Removed,

    /// <summary>Another node changed the task: read it again.</summary>
    Elsewhere,

    /// <summary>Changes of any tasks were missed, for example because the connection to the store was lost: read everything again.</summary>
    Missed,

    /// <summary>A running task has new progress: whoever follows it reads it again.</summary>
    Reported,
}

/// <summary>What is due.</summary>
/// <param name="Tasks">The tasks.</param>
/// <param name="Next">When to ask again, if nothing changes until then and nobody sets the wall clock; null: not by the clock.</param>
public readonly record struct DueTasks(IReadOnlyList<BackgroundTask> Tasks, DateTimeOffset? Next);

/// <summary>What a node can run now.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Types">The types that have a handler here, with the room each has.</param>
/// <param name="Max">How many tasks at most.</param>
public readonly record struct TakeRequest(string Queue, IReadOnlyCollection<TypeRoom> Types, int Max);

/// <summary>The room of a type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Room">How many more of it this node can hold.</param>
public readonly record struct TypeRoom(string Type, int Room);

/// <summary>The store at a glance.</summary>
/// <param name="Queues">Every queue that has or had tasks.</param>
public sealed record StoreOverview(IReadOnlyList<QueueCounts> Queues)
{
    /// <summary>Why it cannot store now; null while it can.</summary>
    public string? Fault { get; init; }
}

/// <summary>The tasks kept of one queue, by state.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Scheduled">Waiting for a time.</param>
/// <param name="Queued">Waiting for a worker: the places taken.</param>
/// <param name="Running">Running.</param>
/// <param name="Succeeded">Kept, succeeded.</param>
/// <param name="Failed">Kept, failed.</param>
/// <param name="Canceled">Kept, canceled.</param>
public sealed record QueueCounts(string Queue, long Scheduled, long Queued, long Running, long Succeeded, long Failed, long Canceled)
{
    /// <summary>When the task that waits longest became queued; null where none waits.</summary>
    public DateTimeOffset? OldestQueuedAt { get; init; }

    /// <summary>Nothing of it is started until it is resumed.</summary>
    public bool Paused { get; init; }
}

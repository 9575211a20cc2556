using System.Diagnostics.CodeAnalysis;

namespace BackgroundTasks;

/// <summary>
/// An immutable snapshot of a task: its submission and where it stands. Every legal transition is a method here,
/// each raising <see cref="Version"/> by one, and nothing else changes a state. Snapshots are compared by version.
/// </summary>
public sealed class BackgroundTask
{
    private readonly OptionalTime _queuedAt;
    private readonly OptionalTime _scheduledFor;
    private readonly OptionalTime _startedAt;
    private readonly OptionalTime _finishedAt;

    /// <summary>A snapshot as a store kept it, to be filled by its initialiser.</summary>
    public BackgroundTask()
    {
    }

    /// <summary>A successor: everything as it was, the version one higher, ready for what the transition changes.</summary>
    [SetsRequiredMembers]
    private BackgroundTask(BackgroundTask other)
        : this(other, other.Version + 1)
    {
    }

    [SetsRequiredMembers]
    private BackgroundTask(BackgroundTask other, long version)
    {
        Submission = other.Submission;
        State = other.State;
        Version = version;
        Run = other.Run;
        Attempt = other.Attempt;
        LostRuns = other.LostRuns;
        Survived = other.Survived;
        Node = other.Node;
        _queuedAt = other._queuedAt;
        _scheduledFor = other._scheduledFor;
        _startedAt = other._startedAt;
        _finishedAt = other._finishedAt;
        CancelRequested = other.CancelRequested;
        Result = other.Result;
        Error = other.Error;
        Progress = other.Progress;
    }

    /// <summary>What was submitted.</summary>
    public required BackgroundTaskSubmission Submission { get; init; }

    /// <summary>Where the task stands.</summary>
    public BackgroundTaskState State { get; init; }

    /// <summary>Rises with every transition, from 1; after a crash it may skip. It never shows two different contents.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Rises at every start and never falls: who finishes a run must be the one that started it.</summary>
    public int Run { get; init; }

    /// <summary>The attempts begun, as handlers and clients count them; interrupted and lost runs are not among them.</summary>
    public int Attempt { get; init; }

    /// <summary>The runs that were lost with their process.</summary>
    public int LostRuns { get; init; }

    /// <summary>It outlived a crash: its next start is stored before its handler is called.</summary>
    public bool Survived { get; init; }

    /// <summary>The node that runs it; null unless running.</summary>
    public string? Node { get; init; }

    /// <summary>When it last became queued; null if it never was.</summary>
    public DateTimeOffset? QueuedAt
    {
        get => _queuedAt;
        init => _queuedAt = value;
    }

    /// <summary>When it becomes queued; null unless scheduled.</summary>
    public DateTimeOffset? ScheduledFor
    {
        get => _scheduledFor;
        init => _scheduledFor = value;
    }

    /// <summary>
    /// It was submitted for a time of day: its store follows the wall clock, also when that is set. Otherwise a scheduled task waits for a span of time.
    /// Not kept: what another process left goes by the wall clock in any case.
    /// </summary>
    internal bool FollowsClock { get; init; }

    /// <summary>When the latest attempt began; null before the first.</summary>
    public DateTimeOffset? StartedAt
    {
        get => _startedAt;
        init => _startedAt = value;
    }

    /// <summary>When it became terminal; null before.</summary>
    public DateTimeOffset? FinishedAt
    {
        get => _finishedAt;
        init => _finishedAt = value;
    }

    /// <summary>A client asked to cancel it while it ran.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>The handler's result as UTF-8 JSON; empty unless succeeded, or where the handler returns nothing.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    /// <summary>The error of the last failed attempt; null where none failed.</summary>
    public BackgroundTaskError? Error { get; init; }

    /// <summary>The latest progress of the current or last run; null where none was reported.</summary>
    public BackgroundTaskProgress? Progress { get; init; }

    /// <summary>The submission's <see cref="BackgroundTaskSubmission.Id"/>.</summary>
    public Guid Id => Submission.Id;

    /// <summary>The submission's <see cref="BackgroundTaskSubmission.Type"/>.</summary>
    public string Type => Submission.Type;

    /// <summary>The submission's <see cref="BackgroundTaskSubmission.Queue"/>.</summary>
    public string Queue => Submission.Queue;

    /// <summary>Succeeded, failed or canceled: nothing but a retry or a removal follows.</summary>
    public bool IsTerminal => State >= BackgroundTaskState.Succeeded;

    /// <summary>The same state with the progress of its run laid over: no transition, so the version stays.</summary>
    /// <param name="progress">What the run last reported.</param>
    public BackgroundTask WithProgress(BackgroundTaskProgress? progress) =>
        ReferenceEquals(progress, Progress) ? this : new(this, Version) { Progress = progress };

    /// <summary>The same state as a store holds it in memory: a long payload stays in the store. No transition, so the version stays.</summary>
    internal BackgroundTask WithPayloadInStore() =>
        Submission.Payload.Length <= BackgroundTaskSubmission.LongestPayloadAtHand ? this : new(this, Version) { Submission = Submission.WithPayloadInStore() };

    /// <summary>Accepted: queued at once, or scheduled where its time is yet to come.</summary>
    internal static BackgroundTask Create(BackgroundTaskSubmission submission, DateTimeOffset? scheduledFor = null, bool followsClock = false) => scheduledFor > submission.CreatedAt
        ? new() { Submission = submission, State = BackgroundTaskState.Scheduled, ScheduledFor = scheduledFor, FollowsClock = followsClock }
        : new() { Submission = submission, State = BackgroundTaskState.Queued, QueuedAt = submission.CreatedAt };

    /// <summary>
    /// Scheduled → queued: its store says that it is due. (The wall clock may have been set back since it was scheduled.)
    /// The error of the last attempt stays until the next one begins.
    /// </summary>
    internal BackgroundTask? Release(DateTimeOffset now) => State is not BackgroundTaskState.Scheduled ? null : new(this)
    {
        State = BackgroundTaskState.Queued,
        QueuedAt = now,
        ScheduledFor = null,
    };

    /// <summary>Queued → running, on a node. A new run and a new attempt; the last run's progress goes.</summary>
    internal BackgroundTask? Start(string node, DateTimeOffset now) => State is not BackgroundTaskState.Queued ? null : new(this)
    {
        State = BackgroundTaskState.Running,
        Run = Run + 1,
        Attempt = Attempt + 1,
        Node = node,
        StartedAt = now,
        Error = null,
        Progress = null,
    };

    /// <summary>Running → succeeded. An earlier attempt's error goes. With the progress that the run knows of, so that its store need not lay it over.</summary>
    internal BackgroundTask? Succeed(ReadOnlyMemory<byte> result, DateTimeOffset now, BackgroundTaskProgress? progress = null) =>
        State is not BackgroundTaskState.Running ? null : End(BackgroundTaskState.Succeeded, result, null, now, progress: progress);

    /// <summary>Running → failed.</summary>
    internal BackgroundTask? Fail(BackgroundTaskError error, DateTimeOffset now) =>
        State is not BackgroundTaskState.Running ? null : End(BackgroundTaskState.Failed, default, error, now);

    /// <summary>Running → scheduled: the attempt failed, and another follows. No worker waits for it. Not where a cancel was requested: that ends it.</summary>
    internal BackgroundTask? ScheduleRetry(BackgroundTaskError error, DateTimeOffset next, DateTimeOffset now) =>
        State is not BackgroundTaskState.Running ? null
        : CancelRequested ? Fail(error, now)
        : new(this)
        {
            State = BackgroundTaskState.Scheduled,
            Node = null,
            ScheduledFor = next,
            Error = error,
        };

    /// <summary>Failed or canceled → queued, as at submit: its attempts are counted anew.</summary>
    internal BackgroundTask? Retry(DateTimeOffset now) => State is not (BackgroundTaskState.Failed or BackgroundTaskState.Canceled) ? null : new(this)
    {
        State = BackgroundTaskState.Queued,
        Attempt = 0,
        LostRuns = 0,
        QueuedAt = now,
        StartedAt = null,
        FinishedAt = null,
        CancelRequested = false,
        Error = null,
        Progress = null,
    };

    /// <summary>Running → canceled: a cancel was requested, and the handler gave up because of it.</summary>
    internal BackgroundTask? EndCanceled(DateTimeOffset now) =>
        State is not BackgroundTaskState.Running || !CancelRequested ? null : End(BackgroundTaskState.Canceled, default, null, now);

    /// <summary>
    /// Running → queued: the node stops before the handler could end, and the attempt does not count.
    /// Where a cancel was requested, the interruption is its end.
    /// </summary>
    internal BackgroundTask? Interrupt(DateTimeOffset now) => State is not BackgroundTaskState.Running ? null
        : CancelRequested ? EndCanceled(now)
        : new(this)
        {
            State = BackgroundTaskState.Queued,
            Attempt = Attempt - 1,
            Node = null,
            QueuedAt = now,
            Progress = null,
        };

    /// <summary>
    /// Running → queued: the process that ran it is gone. The lost run is counted apart, and the attempt does not count.
    /// Lost for the last time that is allowed, it fails; where a cancel was requested, the loss is its end.
    /// </summary>
    internal BackgroundTask? Recover(int maxLostRuns, DateTimeOffset now) => State is not BackgroundTaskState.Running ? null
        : CancelRequested ? EndCanceled(now)
        : LostRuns + 1 >= maxLostRuns ? End(BackgroundTaskState.Failed, default, BackgroundTaskError.Lost(LostRuns + 1, Attempt), now, lost: 1)
        : new(this)
        {
            State = BackgroundTaskState.Queued,
            Attempt = Attempt - 1,
            LostRuns = LostRuns + 1,
            Survived = true,
            Node = null,
            QueuedAt = now,
            Progress = null,
        };

    /// <summary>
    /// Scheduled or queued → canceled at once; running → still running, with <see cref="CancelRequested"/>.
    /// Null where nothing changes: terminal, or already requested.
    /// </summary>
    internal BackgroundTask? Cancel(DateTimeOffset now) => State switch
    {
        BackgroundTaskState.Scheduled or BackgroundTaskState.Queued => End(BackgroundTaskState.Canceled, default, null, now),
        BackgroundTaskState.Running when !CancelRequested => new(this) { CancelRequested = true },
        _ => null,
    };

    /// <summary>This snapshot, or a later one of the same run.</summary>
    internal bool IsRun(string node, int run) => State is BackgroundTaskState.Running && Run == run && Node == node;

    /// <summary>Runs of it were lost, and it fails if the next is lost too.</summary>
    internal bool HasLastChance(int maxLostRuns) => LostRuns > 0 && LostRuns + 1 >= maxLostRuns;

    private BackgroundTask End(BackgroundTaskState state, ReadOnlyMemory<byte> result, BackgroundTaskError? error, DateTimeOffset now, int lost = 0, BackgroundTaskProgress? progress = null) => new(this)
    {
        State = state,
        LostRuns = LostRuns + lost,
        Survived = false,
        Node = null,
        ScheduledFor = null,
        FinishedAt = now,
        Result = result,
        Error = error,
        Progress = progress ?? Progress,
    };
}

namespace BackgroundTasks.Execution;

/// <summary>How a run ends, to be applied to the task as it is by then.</summary>
/// <param name="Kind">The transition.</param>
/// <param name="Result">What a run that succeeded has brought.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Next">When the next attempt follows one that failed; null: none does.</param>
/// <param name="Progress">The last progress of a run that succeeded; null: it reported none.</param>
/// <param name="Exception">What the log shows of a failure; null if nothing failed, and for a time-out.</param>
internal readonly record struct RunEnd(
    RunEndKind Kind, ReadOnlyMemory<byte> Result = default, BackgroundTaskError? Error = null, DateTimeOffset? Next = null, BackgroundTaskProgress? Progress = null,
    Exception? Exception = null)
{
    /// <summary>The task with this end; null if nothing is to change.</summary>
    public BackgroundTask? Apply(BackgroundTask current, DateTimeOffset now) => Kind switch
    {
        RunEndKind.Succeeded => current.Succeed(Result, now, Progress),
        RunEndKind.Canceled => current.EndCanceled(now),
        RunEndKind.Interrupted => current.Interrupt(now),
        RunEndKind.Failed => Next is { } next ? current.ScheduleRetry(Error!, next, now) : current.Fail(Error!, now),
        _ => null,
    };
}

/// <summary>Which transition ends a run.</summary>
internal enum RunEndKind
{
    /// <summary>None: somebody else decides what becomes of the task.</summary>
    Lost,

    /// <summary>The handler returned.</summary>
    Succeeded,

    /// <summary>It ended because a client asked for it.</summary>
    Canceled,

    /// <summary>It ended because the process stops.</summary>
    Interrupted,

    /// <summary>It threw.</summary>
    Failed,
}

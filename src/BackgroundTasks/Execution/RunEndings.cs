using BackgroundTasks.Diagnostics;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Execution;

/// <summary>
/// Decides how a run ends: by what its handler returned or threw, and by the reason for which its token was cancelled. An exception because of a cancel
/// has many shapes (a blocking wait wraps it, a client library replaces it), so the reason decides first, and the shape only where a failure must stay one.
/// </summary>
internal sealed class RunEndings(TaskTypeRegistry types, TaskFailure failure, RetryPolicy retries, ILogger<RunEndings> logger)
{
    /// <summary>The attempt has failed, or was ended by its cancel.</summary>
    /// <param name="started">The run.</param>
    /// <param name="reason">Why its token was cancelled; null if it was not.</param>
    /// <param name="exception">What the handler threw.</param>
    public RunEnd Threw(BackgroundTask started, CancelReason? reason, Exception exception) => reason switch
    {
        // Somebody else decides what becomes of the task.
        CancelReason.Lost => new(RunEndKind.Lost),

        // The attempt may be repeated, so whatever it threw is taken for a consequence; only what was thrown for the client is a failure all the same.
        CancelReason.Shutdown when exception is not BackgroundTaskException || Cancellation.IsCauseOf(exception) => new(RunEndKind.Interrupted),
        CancelReason.Requested when Cancellation.IsCauseOf(exception) => new(RunEndKind.Canceled),
        CancelReason.Timeout when Cancellation.IsCauseOf(exception) => Failed(started, exception, TaskFailure.Timeout(started)) with { Exception = null },
        _ => Failed(started, exception, failure.Describe(exception, started)),
    };

    private RunEnd Failed(BackgroundTask started, Exception exception, BackgroundTaskError error) =>
        new(RunEndKind.Failed, Error: error, Next: NextAttempt(started, exception), Exception: exception);

    private DateTimeOffset? NextAttempt(BackgroundTask started, Exception exception)
    {
        try
        {
            return types.Find(started.Type) is { } type ? retries.NextAttempt(started, type, exception) : null;
        }
        catch (Exception fault)
        {
            // The boundary to the type's own rule: one that throws must not leave its task running for ever.
            SafeLog.Write(() => Log.RetryRuleFailed(logger, started.Type, fault));
            return null;
        }
    }
}

using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Diagnostics;

/// <summary>Every log line of the library but those of work after the response. No payloads, no text of clients.</summary>
internal static partial class Log
{
    private static readonly Func<ILogger, Guid, string, int, IDisposable?> RunScopeOf =
        LoggerMessage.DefineScope<Guid, string, int>("task {TaskId} {TaskType} attempt {Attempt}");

    public static IDisposable? RunScope(ILogger logger, Guid taskId, string taskType, int attempt) => RunScopeOf(logger, taskId, taskType, attempt);

    [LoggerMessage(100, LogLevel.Warning, "Attempt {Attempt} of {MaxAttempts} of task {TaskId} of type {TaskType} failed", EventName = "AttemptFailed")]
    public static partial void AttemptFailed(ILogger logger, string taskType, Guid taskId, int attempt, int maxAttempts, Exception exception);

    [LoggerMessage(101, LogLevel.Error, "A worker could not run task {TaskId} of type {TaskType}, or store how it ended", EventName = "RunFailed")]
    public static partial void RunFailed(ILogger logger, string taskType, Guid taskId, Exception exception);

    [LoggerMessage(102, LogLevel.Warning, "A callback on the cancellation token of task {TaskId} of type {TaskType} failed", EventName = "CancelCallbackFailed")]
    public static partial void CancelCallbackFailed(ILogger logger, string taskType, Guid taskId, Exception exception);

    [LoggerMessage(103, LogLevel.Warning, "The drain time is over: {Interrupted} running tasks are interrupted, {Waiting} queued ones were not started. Raise BackgroundTasks:DrainTimeout to give them more", EventName = "DrainTimeOver")]
    public static partial void DrainTimeOver(ILogger logger, int interrupted, int waiting);

    [LoggerMessage(104, LogLevel.Error, "Ended tasks past their retention could not be removed; they are tried again", EventName = "SweepFailed")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(105, LogLevel.Warning, "Task {TaskId} of type {TaskType} was told to stop {Seconds} seconds ago and still runs: its handler does not heed its cancellation token", EventName = "Overstays")]
    public static partial void Overstays(ILogger logger, string taskType, Guid taskId, double seconds);

    [LoggerMessage(106, LogLevel.Error, "Scheduled tasks could not be queued; they are tried again", EventName = "ClockFailed")]
    public static partial void ClockFailed(ILogger logger, Exception exception);

    [LoggerMessage(107, LogLevel.Error, "RetryOn of the type {TaskType} threw; the task has failed without another attempt", EventName = "RetryRuleFailed")]
    public static partial void RetryRuleFailed(ILogger logger, string taskType, Exception exception);

    [LoggerMessage(110, LogLevel.Warning, "A run of task {TaskId} of type {TaskType} was lost with the process that ran it, {LostRuns} of {MaxLostRuns}", EventName = "RunLost")]
    public static partial void RunLost(ILogger logger, string taskType, Guid taskId, int lostRuns, int maxLostRuns);

    [LoggerMessage(111, LogLevel.Error, "The start or the end of task {TaskId} of type {TaskType} could not be stored; it keeps its worker and is tried again", EventName = "NotStored")]
    public static partial void NotStored(ILogger logger, string taskType, Guid taskId, Exception exception);

    [LoggerMessage(112, LogLevel.Warning, "Tasks of the type {TaskType} are queued in {Queue}, and this program has no handler for it; they wait for one that has", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, string taskType, string queue);

    [LoggerMessage(113, LogLevel.Warning, "{Waiting} tasks are in the queue {Queue}, which is not set up; they wait. Set BackgroundTasks:Queues:{Queue}:Workers to run them", EventName = "NoSuchQueue")]
    public static partial void NoSuchQueue(ILogger logger, string queue, long waiting);

    [LoggerMessage(130, LogLevel.Warning, "The sizes of the queues could not be read from the store; the metric repeats the last ones", EventName = "QueueSizesUnknown")]
    public static partial void QueueSizesUnknown(ILogger logger, Exception exception);

    [LoggerMessage(108, LogLevel.Warning, "{Waiting} tasks of paused queues were not started before the stop", EventName = "LeftPaused")]
    public static partial void LeftPaused(ILogger logger, int waiting);

    [LoggerMessage(109, LogLevel.Error, "The store could not be used; the client was told to try again", EventName = "StoreFailed")]
    public static partial void StoreFailed(ILogger logger, Exception exception);
}

using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Diagnostics;

/// <summary>Every log line of the library but those of work after the response. No payloads, no text of clients.</summary>
internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Error, "A worker could not run task {TaskId} of type {TaskType}, or store how it ended", EventName = "RunFailed")]
    public static partial void RunFailed(ILogger logger, string taskType, string taskId, Exception exception);

    [LoggerMessage(102, LogLevel.Warning, "A callback on the cancellation token of task {TaskId} of type {TaskType} failed", EventName = "CancelCallbackFailed")]
    public static partial void CancelCallbackFailed(ILogger logger, string taskType, string taskId, Exception exception);

    [LoggerMessage(103, LogLevel.Warning, "The drain time is over: {Interrupted} running tasks are interrupted, {Waiting} queued ones were not started. Raise BackgroundTasks:DrainTimeout to give them more", EventName = "DrainTimeOver")]
    public static partial void DrainTimeOver(ILogger logger, int interrupted, int waiting);

    [LoggerMessage(104, LogLevel.Error, "Ended tasks past their retention could not be removed; they are tried again", EventName = "SweepFailed")]
    public static partial void SweepFailed(ILogger logger, Exception exception);

    [LoggerMessage(105, LogLevel.Warning, "Task {TaskId} of type {TaskType} was told to stop {Seconds} seconds ago and still runs: its handler does not heed its cancellation token", EventName = "Overstays")]
    public static partial void Overstays(ILogger logger, string taskType, string taskId, double seconds);

    [LoggerMessage(106, LogLevel.Error, "Scheduled tasks could not be queued; they are tried again", EventName = "ClockFailed")]
    public static partial void ClockFailed(ILogger logger, Exception exception);

    [LoggerMessage(107, LogLevel.Error, "RetryOn of the type {TaskType} threw; the task has failed without another attempt", EventName = "RetryRuleFailed")]
    public static partial void RetryRuleFailed(ILogger logger, string taskType, Exception exception);

    [LoggerMessage(110, LogLevel.Warning, "A run of task {TaskId} of type {TaskType} was lost with the process that ran it, {LostRuns} of {MaxLostRuns}", EventName = "RunLost")]
    public static partial void RunLost(ILogger logger, string taskType, string taskId, int lostRuns, int maxLostRuns);

    [LoggerMessage(111, LogLevel.Error, "The start or the end of task {TaskId} of type {TaskType} could not be stored; it keeps its worker and is tried again", EventName = "NotStored")]
    public static partial void NotStored(ILogger logger, string taskType, string taskId, Exception exception);

    [LoggerMessage(112, LogLevel.Warning, "Tasks of the type {TaskType} are queued in {Queue}, and this program has no handler for it; they wait for one that has", EventName = "NoHandler")]
    public static partial void NoHandler(ILogger logger, string taskType, string queue);

    [LoggerMessage(113, LogLevel.Warning, "{Waiting} tasks are in the queue {Queue}, which is not set up; they wait. Set BackgroundTasks:Queues:{Queue}:Workers to run them", EventName = "NoSuchQueue")]
    public static partial void NoSuchQueue(ILogger logger, string queue, long waiting);

    [LoggerMessage(114, LogLevel.Warning, "The handler of task {TaskId} of type {TaskType} has returned, but the services of its scope do not end, {Seconds} seconds after its run was to stop; they are left behind, and the worker goes on", EventName = "ScopeLeftBehind")]
    public static partial void ScopeLeftBehind(ILogger logger, string taskType, string taskId, double seconds);

    [LoggerMessage(115, LogLevel.Warning, "A service of the scope of task {TaskId} of type {TaskType} failed when it was disposed of", EventName = "ScopeFailed")]
    public static partial void ScopeFailed(ILogger logger, string taskType, string taskId, Exception exception);

    [LoggerMessage(116, LogLevel.Error, "Tasks of the queue {Queue} could not be taken from the store; it is asked again until it answers", EventName = "TakeFailed")]
    public static partial void TakeFailed(ILogger logger, string queue, Exception exception);

    [LoggerMessage(117, LogLevel.Critical, "What takes the tasks of the queue {Queue} has failed by a fault of the program; it is started again", EventName = "DispatchFailed")]
    public static partial void DispatchFailed(ILogger logger, string queue, Exception exception);

    [LoggerMessage(118, LogLevel.Warning, "Something that listens to metrics or activities threw; tasks go on. Further failures of it are not told", EventName = "ListenerFailed")]
    public static partial void ListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(119, LogLevel.Warning, "Something that a handler of type {TaskType} started and did not await failed after the handler had returned", EventName = "LeftBehindFailed")]
    public static partial void LeftBehindFailed(ILogger logger, string taskType, Exception exception);

    [LoggerMessage(130, LogLevel.Warning, "The sizes of the queues could not be read from the store; the metric repeats the last ones", EventName = "QueueSizesUnknown")]
    public static partial void QueueSizesUnknown(ILogger logger, Exception exception);

    [LoggerMessage(108, LogLevel.Warning, "{Waiting} tasks of paused queues were not started before the stop", EventName = "LeftPaused")]
    public static partial void LeftPaused(ILogger logger, int waiting);

    [LoggerMessage(120, LogLevel.Debug, "A client left while its body was read", EventName = "ClientLeft")]
    public static partial void ClientLeft(ILogger logger);

    [LoggerMessage(121, LogLevel.Warning, "Something that is subscribed to the changes of tasks threw; tasks go on. Further failures of it are not told", EventName = "SubscriberFailed")]
    public static partial void SubscriberFailed(ILogger logger, Exception exception);

    [LoggerMessage(109, LogLevel.Error, "The store could not be used; the client was told to try again", EventName = "StoreFailed")]
    public static partial void StoreFailed(ILogger logger, Exception exception);
}

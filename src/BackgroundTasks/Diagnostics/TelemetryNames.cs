namespace BackgroundTasks.Diagnostics;

/// <summary>The names that metrics and activities share. Those that begin with <c>messaging.</c> and <c>error.</c> are OpenTelemetry's.</summary>
internal static class TelemetryNames
{
    public const string TaskType = "background_tasks.task.type";
    public const string Queue = "background_tasks.queue.name";
    public const string Outcome = "background_tasks.outcome";
    public const string RefusalReason = "background_tasks.refusal.reason";
    public const string Attempt = "background_tasks.task.attempt";

    public const string MessagingSystem = "messaging.system";
    public const string MessagingSystemValue = "background_tasks";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Destination = "messaging.destination.name";
    public const string MessageId = "messaging.message.id";
    public const string ErrorType = "error.type";

    /// <summary>OpenTelemetry's value for an error that has no name here.</summary>
    public const string OtherError = "_OTHER";

    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string Canceled = "canceled";
    public const string Interrupted = "interrupted";

    /// <summary>Only in the log: a run that decided nothing, because the store has its task as another's.</summary>
    public const string Lost = "lost";

    public const string QueueFull = "queue_full";
    public const string TooManyScheduled = "too_many_scheduled";
    public const string NoMemory = "no_memory";
    public const string Stopping = "stopping";
}

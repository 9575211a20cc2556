namespace BackgroundTasks.Client;

/// <summary>No task has this id: it never existed, was deleted, or is no longer kept.</summary>
public sealed class BackgroundTaskNotFoundException : BackgroundTasksClientException
{
    internal BackgroundTaskNotFoundException(string taskId)
        : base($"The service has no task '{taskId}': it never existed, was deleted, or is no longer kept. Check the id, and the service's Retention if it ended long ago.") =>
        TaskId = taskId;

    /// <summary>The id that was asked for.</summary>
    public string TaskId { get; }
}

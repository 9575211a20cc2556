namespace BackgroundTasks.Client;

/// <summary>The task ended because a client canceled it. It is no <see cref="OperationCanceledException"/>: the call itself was not canceled.</summary>
public sealed class BackgroundTaskCanceledException : BackgroundTasksClientException
{
    internal BackgroundTaskCanceledException(BackgroundTaskSnapshot task)
        : base($"Task {task.Id} of type '{task.Type}' was canceled and has no result. Call RetryAsync(\"{task.Id}\") to queue it again.") =>
        Task = task;

    /// <summary>The task as it ended.</summary>
    public BackgroundTaskSnapshot Task { get; }
}

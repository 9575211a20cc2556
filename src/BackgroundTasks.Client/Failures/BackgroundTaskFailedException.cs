namespace BackgroundTasks.Client;

/// <summary>The task ended with an error, after its last attempt.</summary>
public sealed class BackgroundTaskFailedException : BackgroundTasksClientException
{
    internal BackgroundTaskFailedException(BackgroundTaskSnapshot task)
        : base($"Task {task.Id} of type '{task.Type}' failed in attempt {task.Error?.Attempt}: {task.Error?.Type}: {task.Error?.Message} Mend the cause and call RetryAsync(\"{task.Id}\"), or submit a new task.") =>
        Task = task;

    /// <summary>The task as it ended.</summary>
    public BackgroundTaskSnapshot Task { get; }

    /// <summary>Why the last attempt failed.</summary>
    public TaskError? Error => Task.Error;
}

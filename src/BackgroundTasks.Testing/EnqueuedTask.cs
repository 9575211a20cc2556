namespace BackgroundTasks.Testing;

/// <summary>A task as it was accepted.</summary>
/// <typeparam name="TPayload">The handler's payload type.</typeparam>
/// <param name="Payload">The payload, as its handler reads it.</param>
/// <param name="Task">The task at its first version; its <see cref="BackgroundTask.Submission"/> has the options, with the type's defaults filled in.</param>
public sealed record EnqueuedTask<TPayload>(TPayload Payload, BackgroundTask Task)
{
    /// <summary>How long it was to wait before it is queued; null: not at all.</summary>
    public TimeSpan? Delay => Task.ScheduledFor - Task.Submission.CreatedAt;
}

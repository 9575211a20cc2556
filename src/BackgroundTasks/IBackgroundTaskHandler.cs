namespace BackgroundTasks;

/// <summary>
/// Does the work of one task type. An instance is made for each attempt, from a dependency injection scope of that attempt.
/// Registered by <c>AddBackgroundTasks().AddHandler&lt;THandler, TPayload, TResult&gt;("name")</c>.
/// </summary>
/// <typeparam name="TPayload">The input; bound from JSON and validated before a task is accepted.</typeparam>
/// <typeparam name="TResult">The result; kept as JSON until the retention ends.</typeparam>
public interface IBackgroundTaskHandler<in TPayload, TResult>
{
    /// <summary>
    /// Runs one attempt. What it returns is the task's result; an exception fails the attempt.
    /// A <see cref="BackgroundTaskException"/>'s message is shown to clients; of any other exception they see the type's name.
    /// </summary>
    /// <param name="payload">The validated input.</param>
    /// <param name="context">The task's id and attempt, and where progress is reported.</param>
    /// <param name="cancellationToken">Cancelled when a client cancels the task, its time is up, or the process stops. Pass it on.</param>
    Task<TResult> HandleAsync(TPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken);
}

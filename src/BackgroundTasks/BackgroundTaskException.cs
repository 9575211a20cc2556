namespace BackgroundTasks;

/// <summary>
/// Fails a task with a message made for its client. Derive from it to give the failure a type of its own:
/// the short name of the exception's type is the <c>error.type</c> that clients see.
/// </summary>
public class BackgroundTaskException : Exception
{
    /// <summary>A failure without a message of its own.</summary>
    public BackgroundTaskException()
        : this("The task failed.")
    {
    }

    /// <summary>A failure that tells the client why.</summary>
    /// <param name="message">Shown to clients as it is.</param>
    public BackgroundTaskException(string message)
        : base(message)
    {
    }

    /// <summary>A failure that tells the client why; the cause goes to the log only.</summary>
    /// <param name="message">Shown to clients as it is.</param>
    /// <param name="innerException">The cause.</param>
    public BackgroundTaskException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Never again: the task fails for good, whatever attempts are left. False by default.</summary>
    public bool IsPermanent { get; init; }

    /// <summary>Not before: how long the next attempt waits at least, as a receiver's <c>Retry-After</c> asks; null by default. Longer than <see cref="BackgroundTasksOptions.MaxRetryAfter"/> counts as that.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

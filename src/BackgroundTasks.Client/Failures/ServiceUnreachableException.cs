namespace BackgroundTasks.Client;

/// <summary>The service did not answer, and the call was repeated as long as the options allow, or could not be repeated.</summary>
public sealed class ServiceUnreachableException : BackgroundTasksClientException
{
    internal ServiceUnreachableException(string message, string? idempotencyKey, Exception? innerException)
        : base(message, innerException) =>
        IdempotencyKey = idempotencyKey;

    /// <summary>
    /// The key of a submit whose answer was lost; null for other calls. The task may have been accepted:
    /// submit again with this key in <see cref="SubmitOptions.IdempotencyKey"/> and it runs once.
    /// </summary>
    public string? IdempotencyKey { get; }

    /// <summary>Whether any attempt may have reached the service; false where there never was a connection.</summary>
    public bool MayHaveBeenHeard { get; internal init; }
}

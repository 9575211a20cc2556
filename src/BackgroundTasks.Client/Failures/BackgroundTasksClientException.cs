namespace BackgroundTasks.Client;

/// <summary>What all exceptions of the client have in common: catch it where the difference does not matter. Every message says what to do next.</summary>
public abstract class BackgroundTasksClientException : Exception
{
    private protected BackgroundTasksClientException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

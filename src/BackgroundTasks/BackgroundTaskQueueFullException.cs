namespace BackgroundTasks;

/// <summary>Nothing was accepted, because as much as may wait already waits. Try again later.</summary>
public sealed class BackgroundTaskQueueFullException : Exception
{
    /// <summary>No place is free.</summary>
    public BackgroundTaskQueueFullException()
        : this("No place is free. Try again later, or raise the capacity.")
    {
    }

    /// <summary>No place is free, and where.</summary>
    /// <param name="message">Which bound was met, and the setting that moves it.</param>
    public BackgroundTaskQueueFullException(string message)
        : base(message)
    {
    }

    /// <summary>No place is free, and why.</summary>
    /// <param name="message">Which bound was met, and the setting that moves it.</param>
    /// <param name="innerException">The cause.</param>
    public BackgroundTaskQueueFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

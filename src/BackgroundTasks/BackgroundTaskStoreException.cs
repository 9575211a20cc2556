namespace BackgroundTasks;

/// <summary>The store cannot read or write now: nothing was changed. Try again later. Thrown by stores and journals.</summary>
public class BackgroundTaskStoreException : Exception
{
    /// <summary>The store does not answer.</summary>
    public BackgroundTaskStoreException()
        : this("The store cannot be used now. Try again later.")
    {
    }

    /// <summary>The store does not answer, and why.</summary>
    /// <param name="message">What is wrong, for who runs the service; clients do not see it.</param>
    public BackgroundTaskStoreException(string message)
        : base(message)
    {
    }

    /// <summary>The store does not answer, and why.</summary>
    /// <param name="message">What is wrong, for who runs the service; clients do not see it.</param>
    /// <param name="innerException">The cause.</param>
    public BackgroundTaskStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

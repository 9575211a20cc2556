using BackgroundTasks.Http;

namespace BackgroundTasks;

/// <summary>A request was refused as invalid: nothing was accepted, and sending it again will not help.</summary>
public sealed class BackgroundTaskRefusedException : Exception
{
    /// <summary>A refusal.</summary>
    public BackgroundTaskRefusedException()
        : this("The request is invalid.")
    {
    }

    /// <summary>A refusal that tells why.</summary>
    /// <param name="message">What is wrong.</param>
    public BackgroundTaskRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal and its cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public BackgroundTaskRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A refusal that tells why, member by member.</summary>
    /// <param name="errors">Messages by JSON path.</param>
    public BackgroundTaskRefusedException(IReadOnlyDictionary<string, string[]> errors)
        : this(RequestErrors.Bound(errors))
    {
    }

    private BackgroundTaskRefusedException(Dictionary<string, string[]> bounded)
        : base(string.Join(" ", bounded.Select(error => $"{error.Key}: {string.Join(" ", error.Value)}"))) => Errors = bounded;

    /// <summary>What is wrong, by JSON path, such as <c>payload.email</c>; empty where no member is to blame. At most 100 messages of at most 300 characters.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = new Dictionary<string, string[]>();
}

using System.Net;

namespace BackgroundTasks.Client;

/// <summary>What the service says about a request that it refused, as problem details (RFC 9457).</summary>
public sealed record RequestProblem
{
    /// <summary>The status code.</summary>
    public required HttpStatusCode Status { get; init; }

    /// <summary>The kind of problem, for people.</summary>
    public string? Title { get; init; }

    /// <summary>This very problem, and what to do about it.</summary>
    public string? Detail { get; init; }

    /// <summary>What is wrong, by JSON path: <c>payload.email</c>. Empty where the request as such is meant.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();

    /// <summary>How long to wait before the request is repeated; null where the service does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The task that stands against it; null where none does.</summary>
    public string? TaskId { get; init; }

    /// <summary>The status of the task that stands against it; null where none does.</summary>
    public BackgroundTaskStatus? CurrentStatus { get; init; }
}

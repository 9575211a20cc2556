using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Client;

/// <summary>A task as it was when the service answered. It does not change by itself: find, wait for or watch the task to see more.</summary>
public sealed record BackgroundTaskSnapshot
{
    /// <summary>A version 7 UUID as 32 lower-case hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The task type.</summary>
    public required string Type { get; init; }

    /// <summary>The queue whose workers run it.</summary>
    public required string Queue { get; init; }

    /// <summary>Where it stands.</summary>
    public required BackgroundTaskStatus Status { get; init; }

    /// <summary>Rises with every change of state.</summary>
    public required long Version { get; init; }

    /// <summary>−100 to 100, higher first.</summary>
    public int Priority { get; init; }

    /// <summary>The attempts begun.</summary>
    public int Attempt { get; init; }

    /// <summary>How many attempts there are at most.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>The runs that were lost with their process; they are no attempts.</summary>
    public int LostRuns { get; init; }

    /// <summary>How far it is; null where the handler has said nothing.</summary>
    public TaskProgress? Progress { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it becomes queued; null unless scheduled.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>When the latest attempt began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When its record goes, or earlier where too many are kept; null before it has ended.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A client asked to cancel it while it ran.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>What the handler returned, as JSON; null unless it succeeded with a result. See <see cref="GetResult{TResult}"/>.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Why the last attempt failed; null where none did.</summary>
    public TaskError? Error { get; init; }

    /// <summary>The submitter's labels.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The service's mark of exactly this content, new with every visible change, progress too; see <see cref="BackgroundTasksClient.WaitForChangeAsync"/>.
    /// Null for tasks of a list and of <see cref="BackgroundTasksClient.WatchAllAsync"/>, which come without.
    /// </summary>
    [JsonIgnore]
    public string? ETag { get; init; }

    /// <summary>Whether it has ended: succeeded, failed or canceled.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is BackgroundTaskStatus.Succeeded or BackgroundTaskStatus.Failed or BackgroundTaskStatus.Canceled;

    /// <summary>The result of a task that succeeded; the default where its handler returned nothing.</summary>
    /// <typeparam name="TResult">What the handler returned.</typeparam>
    /// <param name="resultType">How it is read from JSON; of a source-generated context.</param>
    /// <exception cref="BackgroundTaskFailedException">It failed.</exception>
    /// <exception cref="BackgroundTaskCanceledException">It was canceled.</exception>
    /// <exception cref="BackgroundTaskNotFinishedException">It had not ended.</exception>
    /// <exception cref="JsonException">The result is not of this type.</exception>
    public TResult? GetResult<TResult>(JsonTypeInfo<TResult> resultType)
    {
        ArgumentNullException.ThrowIfNull(resultType);
        return Status switch
        {
            BackgroundTaskStatus.Succeeded => Result is { } result ? result.Deserialize(resultType) : default,
            BackgroundTaskStatus.Failed => throw new BackgroundTaskFailedException(this),
            BackgroundTaskStatus.Canceled => throw new BackgroundTaskCanceledException(this),
            _ => throw new BackgroundTaskNotFinishedException(this),
        };
    }
}

/// <summary>How far a task is.</summary>
/// <param name="Percent">0 to 100, or null where the handler cannot tell.</param>
/// <param name="Message">A short line for people.</param>
public sealed record TaskProgress(double? Percent, string? Message);

/// <summary>Why an attempt failed.</summary>
/// <param name="Type">The kind of failure: <c>timeout</c> for the time limit, <c>lost</c> for a task that kept ending its process, else the exception's short name.</param>
/// <param name="Message">What the reader can act on.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
public sealed record TaskError(string Type, string Message, int Attempt);

using System.Text.Json.Serialization;

namespace BackgroundTasks.Http;

/// <summary>A task, as clients see it. No member depends on the time of reading.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record TaskResponse
{
    /// <summary>A version 7 UUID as 32 lower-case hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The task type.</summary>
    public required string Type { get; init; }

    /// <summary>The queue whose workers run it.</summary>
    public required string Queue { get; init; }

    /// <summary>Where it stands; succeeded, failed and canceled are terminal.</summary>
    public required BackgroundTaskState Status { get; init; }

    /// <summary>Rises with every change of state.</summary>
    public required long Version { get; init; }

    /// <summary>−100 to 100, higher first.</summary>
    public required int Priority { get; init; }

    /// <summary>The attempts begun.</summary>
    public required int Attempt { get; init; }

    /// <summary>How many attempts there are at most.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>The runs that were lost with their process; they are no attempts.</summary>
    public required int LostRuns { get; init; }

    /// <summary>How far it is; null where the handler has said nothing.</summary>
    public required TaskProgressResponse? Progress { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it becomes queued; null unless scheduled.</summary>
    public required DateTime? ScheduledFor { get; init; }

    /// <summary>When the latest attempt began.</summary>
    public required DateTime? StartedAt { get; init; }

    /// <summary>When it became terminal.</summary>
    public required DateTime? FinishedAt { get; init; }

    /// <summary>When its record goes, or earlier where too many are kept; null before it is terminal.</summary>
    public required DateTime? ExpiresAt { get; init; }

    /// <summary>A client asked to cancel it while it ran.</summary>
    public required bool CancelRequested { get; init; }

    /// <summary>What the handler returned; null unless succeeded.</summary>
    public required RawJson Result { get; init; }

    /// <summary>Why the last attempt failed; null where none did.</summary>
    public required TaskErrorResponse? Error { get; init; }

    /// <summary>The submitter's labels.</summary>
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>Where to go on; a link is null where the call would be refused now.</summary>
    public required TaskLinksResponse Links { get; init; }
}

/// <summary>How far a task is.</summary>
/// <param name="Percent">0 to 100, or null where the handler cannot tell.</param>
/// <param name="Message">A short line for people.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record TaskProgressResponse(double? Percent, string? Message);

/// <summary>Why an attempt failed.</summary>
/// <param name="Type">The kind of failure.</param>
/// <param name="Message">What the reader can act on.</param>
/// <param name="Attempt">The attempt that failed, from 1.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record TaskErrorResponse(string Type, string Message, int Attempt);

/// <summary>Where to go on with a task; paths on this server.</summary>
/// <param name="Self">The task: GET, and DELETE once it is terminal.</param>
/// <param name="Events">GET follows the task as a stream of events (text/event-stream); of one that has ended too.</param>
/// <param name="Cancel">POST cancels it; null once it is terminal.</param>
/// <param name="Retry">POST queues it again; null unless it failed or was canceled.</param>
public sealed record TaskLinksResponse(string Self, string Events, string? Cancel, string? Retry);

/// <summary>What one call has queued again.</summary>
/// <param name="Retried">How many tasks are queued again; at most 1,000 a call.</param>
/// <param name="Skipped">How many could not be: their uniqueKey is taken, or they have changed meanwhile.</param>
/// <param name="Next">Path and query to go on with; null at the end.</param>
/// <param name="More">Whether there may be more: next is not null.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record RetriedResponse(int Retried, int Skipped, string? Next, bool More);

/// <summary>One page of tasks, newest first.</summary>
/// <param name="Tasks">The tasks; may be fewer than asked for, even none, while more are left.</param>
/// <param name="NextPageToken">For the next page; null at the end, and only there.</param>
public sealed record TaskListResponse(IReadOnlyList<TaskResponse> Tasks, string? NextPageToken);

/// <summary>The task types of the service.</summary>
/// <param name="TaskTypes">By name.</param>
public sealed record TaskTypeListResponse(IReadOnlyList<TaskTypeResponse> TaskTypes);

/// <summary>A task type.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record TaskTypeResponse
{
    /// <summary>The name to submit it by.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required string? Description { get; init; }

    /// <summary>The queue that it uses unless a submit says otherwise.</summary>
    public required string Queue { get; init; }

    /// <summary>How many attempts there are unless a submit says otherwise.</summary>
    public required int MaxAttempts { get; init; }

    /// <summary>How long an attempt may take, in seconds; null: without limit.</summary>
    public required double? TimeoutSeconds { get; init; }

    /// <summary>JSON Schema of the payload.</summary>
    public required RawJson PayloadSchema { get; init; }

    /// <summary>JSON Schema of the result.</summary>
    public required RawJson ResultSchema { get; init; }

    /// <summary>A whole body for POST /tasks that works; null where none was given.</summary>
    public required RawJson Example { get; init; }
}

/// <summary>How the names above look on the wire; nothing here needs reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(TaskResponse))]
[JsonSerializable(typeof(TaskListResponse))]
[JsonSerializable(typeof(TaskTypeResponse))]
[JsonSerializable(typeof(TaskTypeListResponse))]
[JsonSerializable(typeof(QueueResponse))]
[JsonSerializable(typeof(QueueListResponse))]
[JsonSerializable(typeof(NodeListResponse))]
[JsonSerializable(typeof(RetriedResponse))]
[JsonSerializable(typeof(StartedTaskResponse))]
[JsonSerializable(typeof(TaskResultResponse))]
internal sealed partial class TaskJsonContext : JsonSerializerContext;

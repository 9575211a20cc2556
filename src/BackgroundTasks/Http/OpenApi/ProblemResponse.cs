using System.Text.Json.Serialization;

namespace BackgroundTasks.Http;

/// <summary>Why a request was refused: problem details, as RFC 9457 says. Describes what is written; a member without a value is left out.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed class ProblemResponse
{
    /// <summary>A URI that names the kind of problem.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The kind of problem in words.</summary>
    [JsonPropertyName("title")]
    public required string Title { get; init; }

    /// <summary>The status code of the answer.</summary>
    [JsonPropertyName("status")]
    public required int Status { get; init; }

    /// <summary>What is wrong, and what to do next.</summary>
    [JsonPropertyName("detail")]
    public string Detail { get; init; } = "";

    /// <summary>The path of the request.</summary>
    [JsonPropertyName("instance")]
    public string Instance { get; init; } = "";

    /// <summary>The id under which the service's log and traces have the request.</summary>
    [JsonPropertyName("traceId")]
    public string TraceId { get; init; } = "";

    /// <summary>400: what is wrong, by the JSON path of a member or the name of a parameter.</summary>
    [JsonPropertyName("errors")]
    public IReadOnlyDictionary<string, string[]> Errors { get; init; } = new Dictionary<string, string[]>();

    /// <summary>409 and 422: the task that the request conflicts with.</summary>
    [JsonPropertyName("taskId")]
    public string TaskId { get; init; } = "";

    /// <summary>409: the status of the task, which does not allow the call.</summary>
    [JsonPropertyName("currentStatus")]
    public BackgroundTaskState CurrentStatus { get; init; }
}

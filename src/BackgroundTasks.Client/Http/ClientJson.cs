using System.Text.Json;
using System.Text.Json.Serialization;

namespace BackgroundTasks.Client.Http;

/// <summary>How the service's representations are read; nothing here needs reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BackgroundTaskSnapshot))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(TaskTypeSnapshot))]
[JsonSerializable(typeof(TaskTypeList))]
[JsonSerializable(typeof(QueueSnapshot))]
[JsonSerializable(typeof(QueueList))]
[JsonSerializable(typeof(NodeList))]
[JsonSerializable(typeof(RetriedTasks))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(TaskProgress))]
internal sealed partial class ClientJson : JsonSerializerContext;

internal sealed record TaskPage([property: JsonRequired] IReadOnlyList<BackgroundTaskSnapshot> Tasks, string? NextPageToken);

internal sealed record TaskTypeList([property: JsonRequired] IReadOnlyList<TaskTypeSnapshot> TaskTypes);

internal sealed record QueueList([property: JsonRequired] IReadOnlyList<QueueSnapshot> Queues);

internal sealed record NodeList([property: JsonRequired] IReadOnlyList<NodeSnapshot> Nodes);

internal sealed record ProblemDetails(string? Title, string? Detail, Dictionary<string, string[]>? Errors, string? TaskId, JsonElement? CurrentStatus);

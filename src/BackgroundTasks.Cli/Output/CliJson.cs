using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli;

/// <summary>The JSON that is printed and read: the service's names.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BackgroundTaskSnapshot))]
[JsonSerializable(typeof(QueueSnapshot))]
[JsonSerializable(typeof(NodeSnapshot))]
[JsonSerializable(typeof(TaskTypeSnapshot))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>For a terminal or a file and not for a page: an umlaut stays one.</summary>
    public static CliJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new UtcTimeConverter() },
    });
}

internal sealed record Problem(string? Title, string? Detail, Dictionary<string, string[]>? Errors);

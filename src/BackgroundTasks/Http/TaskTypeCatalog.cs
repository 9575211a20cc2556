using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http;

/// <summary>The task types as clients see them; made once.</summary>
internal sealed class TaskTypeCatalog(TaskTypeRegistry types, IOptions<BackgroundTasksOptions> options) : IBackgroundTaskTypes
{
    private readonly Lazy<TaskTypeResponse[]> _all = new(() =>
        [.. types.All.OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => Represent(type, options.Value.SerializerOptions))]);

    public IReadOnlyList<TaskTypeResponse> List() => _all.Value;

    public TaskTypeResponse? Find(string name) => _all.Value.FirstOrDefault(type => type.Name == name);

    private static TaskTypeResponse Represent(TaskType type, JsonSerializerOptions serializer) => new()
    {
        Name = type.Name,
        Description = type.Options.Description,
        Queue = type.Options.Queue,
        MaxAttempts = type.Options.MaxAttempts,
        TimeoutSeconds = type.Options.Timeout?.TotalSeconds,
        PayloadSchema = Raw(type.PayloadSchema),
        ResultSchema = Raw(type.ResultSchema),
        Example = type.Options.Example is null ? default : Raw(type.ExampleBody(serializer)),
    };

    private static RawJson Raw(JsonNode node) => new(Encoding.UTF8.GetBytes(node.ToJsonString(JsonSerializerOptions.Web)));
}

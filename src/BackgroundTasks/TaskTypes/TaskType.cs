using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.TaskTypes;

/// <summary>A task type: its name, its settings, and how its handler is called.</summary>
internal abstract class TaskType(string name, BackgroundTaskTypeOptions options)
{
    public string Name { get; } = name;

    /// <summary>The settings: those of the code, and over them those of the application, once the registry has read them.</summary>
    public BackgroundTaskTypeOptions Options { get; set; } = options;

    public abstract Type PayloadType { get; }

    public abstract JsonNode PayloadSchema { get; }

    public abstract JsonNode ResultSchema { get; }

    /// <summary>The whole body of a submit with the example payload.</summary>
    public JsonObject ExampleBody(JsonSerializerOptions serializer) => new()
    {
        ["type"] = Name,
        ["payload"] = JsonSerializer.SerializeToNode(Options.Example, Options.Example!.GetType(), serializer),
    };

    /// <summary>Called once at start: fails there if payload or result cannot be serialised at all.</summary>
    public abstract void Prepare(JsonSerializerOptions serializer);

    /// <summary>Null where the payload is what the handler takes; else what is wrong, by JSON path below <c>payload</c>.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="bound">What it was bound to, for one run.</param>
    public abstract Dictionary<string, string[]>? Validate(ReadOnlyMemory<byte> payload, out object? bound);

    /// <summary>The query of a request as a payload, each value converted to its member's type; names that are no member go to the errors.</summary>
    public abstract byte[] ReadQuery(IEnumerable<KeyValuePair<string, StringValues>> query, out IReadOnlyDictionary<string, string[]> errors);

    /// <summary>Calls the handler; the result as UTF-8 JSON, empty for null.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="bound">What it was bound to at the submit, if no run has had it; else null, and it is bound anew.</param>
    /// <param name="context">The run.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    public abstract ValueTask<ReadOnlyMemory<byte>> RunAsync(ReadOnlyMemory<byte> payload, object? bound, BackgroundTaskContext context, CancellationToken cancellationToken);
}

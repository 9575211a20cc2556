using System.Text.Json;

namespace BackgroundTasks.Client;

/// <summary>A task type of the service.</summary>
public sealed record TaskTypeSnapshot
{
    /// <summary>The name to submit it by.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public string? Description { get; init; }

    /// <summary>The queue that it uses unless a submit says otherwise.</summary>
    public required string Queue { get; init; }

    /// <summary>How many attempts there are unless a submit says otherwise.</summary>
    public int MaxAttempts { get; init; }

    /// <summary>How long an attempt may take, in seconds; null: without limit.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>JSON Schema of the payload.</summary>
    public JsonElement? PayloadSchema { get; init; }

    /// <summary>JSON Schema of the result.</summary>
    public JsonElement? ResultSchema { get; init; }

    /// <summary>A whole body for <c>POST /tasks</c> that works; null where the service has none.</summary>
    public JsonElement? Example { get; init; }
}

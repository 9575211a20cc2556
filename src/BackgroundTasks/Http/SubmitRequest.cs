namespace BackgroundTasks.Http;

/// <summary>The body of POST /tasks.</summary>
public sealed record SubmitRequest
{
    /// <summary>The task type; see GET /task-types.</summary>
    public required string Type { get; init; }

    /// <summary>The type's input; validated before anything is accepted.</summary>
    public RawJson Payload { get; init; }

    /// <summary>The queue; the type's own where it is left out.</summary>
    public string? Queue { get; init; }

    /// <summary>Labels by which tasks are listed: at most 16, key and value up to 128 characters, no colon in a key.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}

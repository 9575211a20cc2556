using System.Text.Json.Serialization;

namespace BackgroundTasks.Http;

/// <summary>The body of POST /tasks.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
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

    /// <summary>−100 to 100, higher first; 0 by default.</summary>
    public int? Priority { get; init; }

    /// <summary>Seconds to wait before it is queued, ten years at most. Not together with a time.</summary>
    public double? DelaySeconds { get; init; }

    /// <summary>When to queue it, RFC 3339; a time past queues it at once. Not together with a delay.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>How many attempts there are at most, 1 to 100; the type's own where it is left out.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long one attempt may take, in seconds; the type's own where it is left out.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>While a task of this type with this key has not ended, a second submit answers with that task. Up to 255 characters.</summary>
    public string? UniqueKey { get; init; }
}

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

    /// <summary>What the queue is asked for.</summary>
    internal BackgroundTaskSubmitOptions ToOptions(Guid id) => new()
    {
        Id = id,
        Queue = Queue,
        Tags = Tags,
        Priority = Priority ?? 0,
        Delay = DelaySeconds is { } delay ? Seconds(delay) : null,
        ScheduledFor = ScheduledFor,
        MaxAttempts = MaxAttempts,
        Timeout = TimeoutSeconds is { } timeout ? Seconds(timeout) : null,
        UniqueKey = UniqueKey,
    };

    /// <summary>Out of any bound stays out of bounds: it is refused by its rule.</summary>
    private static TimeSpan Seconds(double seconds) =>
        Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : seconds < 0 ? TimeSpan.MinValue : TimeSpan.MaxValue;
}

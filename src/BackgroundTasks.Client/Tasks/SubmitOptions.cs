namespace BackgroundTasks.Client;

/// <summary>How a task is to run. What is left out is the task type's own.</summary>
public sealed class SubmitOptions
{
    /// <summary>The queue whose workers run it.</summary>
    public string? Queue { get; init; }

    /// <summary>−100 to 100, higher first; 0 by default.</summary>
    public int? Priority { get; init; }

    /// <summary>How long to wait before it is queued, ten years at most. Not together with <see cref="ScheduledFor"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>When to queue it; a time past queues it at once. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>How many attempts there are at most, 1 to 100.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Labels by which tasks are listed: at most 16, key and value up to 128 characters, no colon in a key.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>While a task of this type with this key has not ended, a second submit answers with that task. Up to 255 characters.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>
    /// 1 to 255 of <c>A-Z a-z 0-9 . _ : -</c>. Two submits with the same key and the same content make one task. A new one is made for every submit
    /// that has none, so that the client can repeat a lost request; give your own, from your own data, where your process too may repeat the submit.
    /// </summary>
    public string? IdempotencyKey { get; init; }
}

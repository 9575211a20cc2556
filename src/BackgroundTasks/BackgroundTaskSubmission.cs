namespace BackgroundTasks;

/// <summary>What was submitted. It never changes, and all snapshots of a task share it.</summary>
public sealed class BackgroundTaskSubmission
{
    private object? _bound;

    /// <summary>The longest payload that a task carries with it while it waits, in bytes. A longer one stays in the store until the task runs.</summary>
    public const int LongestPayloadAtHand = 4_096;

    /// <summary>A version 7 UUID. See <see cref="BackgroundTaskIds"/>: ids of one process rise.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name under which the handler was registered.</summary>
    public required string Type { get; init; }

    /// <summary>The queue whose workers run it.</summary>
    public required string Queue { get; init; }

    /// <summary>
    /// The handler's input as UTF-8 JSON. Empty if it is in the store (<see cref="IsPayloadInStore"/>), or if the payload of a finished task is no longer kept.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The payload is not here but in the store: <see cref="IBackgroundTaskStore.ReadPayloadAsync"/> reads it.</summary>
    public bool IsPayloadInStore { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>−100 to 100, higher first; 0 by default.</summary>
    public int Priority { get; init; }

    /// <summary>How often its handler is called at most; 1 by default.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>How long one attempt may take; null: without limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The submitter's labels, by which tasks are listed; null where there are none.</summary>
    public IReadOnlyDictionary<string, string>? Tags
    {
        get => TagList;
        init => TagList = value is null ? null : TaskTags.Of(value);
    }

    /// <summary>The tags, to go through them without an enumerator.</summary>
    internal TaskTags? TagList { get; private init; }

    /// <summary>While a task of this type with this key is not terminal, no second one is accepted.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>The client's <c>Idempotency-Key</c>: a second request with it answers with this task.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request that carried the idempotency key.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the submitting request.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The W3C <c>tracestate</c> that came with it.</summary>
    public string? TraceState { get; init; }

    /// <summary>What the payload was bound to at the submit.</summary>
    internal object? Bound
    {
        init => _bound = value;
    }

    /// <summary>What the payload was bound to, for one run alone: it may change it, and no other may see that.</summary>
    internal object? TakeBound() => _bound is null ? null : Interlocked.Exchange(ref _bound, null);

    /// <summary>The task waits: when it runs, its payload is bound anew.</summary>
    internal void ForgetBound() => Volatile.Write(ref _bound, null);

    /// <summary>The same, with its payload left in the store.</summary>
    internal BackgroundTaskSubmission WithPayloadInStore() => new()
    {
        Id = Id,
        Type = Type,
        Queue = Queue,
        IsPayloadInStore = true,
        CreatedAt = CreatedAt,
        Priority = Priority,
        MaxAttempts = MaxAttempts,
        Timeout = Timeout,
        Tags = Tags,
        UniqueKey = UniqueKey,
        IdempotencyKey = IdempotencyKey,
        Fingerprint = Fingerprint,
        TraceParent = TraceParent,
        TraceState = TraceState,
    };
}

namespace BackgroundTasks.Execution;

/// <summary>What became of a submit.</summary>
internal readonly record struct SubmitResult(SubmitOutcome Outcome, BackgroundTask? Task);

internal enum SubmitOutcome
{
    /// <summary>It is kept.</summary>
    Accepted,

    /// <summary>Its queue has no free place.</summary>
    QueueFull,

    /// <summary>As many tasks as may be are scheduled.</summary>
    TooManyScheduled,

    /// <summary>The memory that tasks may take has no room for it.</summary>
    NoMemory,

    /// <summary>The process stops.</summary>
    Stopping,

    /// <summary>The task that the same request with this idempotency key made.</summary>
    Replayed,

    /// <summary>The task that another request with this idempotency key made.</summary>
    KeyReused,

    /// <summary>The first request with this idempotency key is not decided yet.</summary>
    KeyPending,

    /// <summary>The active task that has this unique key.</summary>
    SameUniqueKey,

    /// <summary>A task has the id that the submitter gave.</summary>
    SameId,
}

/// <summary>A client's key for a request, so that it can repeat it safely.</summary>
/// <param name="Key">The key.</param>
/// <param name="Fingerprint">SHA-256 of what the request means.</param>
internal sealed record IdempotentRequest(string Key, byte[] Fingerprint);

namespace BackgroundTasks.Stores;

/// <summary>Which members a packed task has. The two lowest bits are its state, counted from succeeded.</summary>
[Flags]
internal enum PackedMembers : uint
{
    None = 0,
    StateBits = 3,
    FinishedAt = 1 << 2,
    QueuedAt = 1 << 3,
    ScheduledFor = 1 << 4,
    StartedAt = 1 << 5,
    Node = 1 << 6,
    LostRuns = 1 << 7,
    Survived = 1 << 8,
    CancelRequested = 1 << 9,
    Error = 1 << 10,
    Progress = 1 << 11,
    ProgressPercent = 1 << 12,
    ProgressMessage = 1 << 13,
    Priority = 1 << 14,
    MaxAttempts = 1 << 15,
    Timeout = 1 << 16,
    Tags = 1 << 17,
    UniqueKey = 1 << 18,
    IdempotencyKey = 1 << 19,
    Fingerprint = 1 << 20,
    TraceParent = 1 << 21,
    TraceState = 1 << 22,
    Result = 1 << 23,
    Payload = 1 << 24,
    Skew = 1 << 25,
}

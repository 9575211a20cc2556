namespace BackgroundTasks.Client;

/// <summary>A process that runs tasks, as it was when the service answered.</summary>
public sealed record NodeSnapshot
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of its program.</summary>
    public string? Version { get; init; }

    /// <summary>When it started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was last known to be alive.</summary>
    public DateTimeOffset LastHeartbeat { get; init; }

    /// <summary>How many tasks it can run at once.</summary>
    public int Workers { get; init; }

    /// <summary>How many tasks it runs now.</summary>
    public int Running { get; init; }
}

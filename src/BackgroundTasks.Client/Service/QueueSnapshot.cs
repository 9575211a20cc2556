namespace BackgroundTasks.Client;

/// <summary>A queue as it was when the service answered. Counts are of the tasks kept.</summary>
public sealed record QueueSnapshot
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Tasks that wait for a time.</summary>
    public long Scheduled { get; init; }

    /// <summary>Tasks that wait for a worker: what the capacity bounds.</summary>
    public long Queued { get; init; }

    /// <summary>Tasks that run.</summary>
    public long Running { get; init; }

    /// <summary>Kept tasks that succeeded.</summary>
    public long Succeeded { get; init; }

    /// <summary>Kept tasks that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Kept tasks that were canceled.</summary>
    public long Canceled { get; init; }

    /// <summary>How long the oldest queued task has waited, in seconds; null where none waits.</summary>
    public double? OldestQueuedAgeSeconds { get; init; }

    /// <summary>How many tasks may be queued.</summary>
    public int Capacity { get; init; }

    /// <summary>How many of its tasks run at once.</summary>
    public int Workers { get; init; }

    /// <summary>How many of these may be tasks whose handlers compute or block.</summary>
    public int BlockingWorkers { get; init; }

    /// <summary>Nothing of it is started until it is resumed.</summary>
    public bool Paused { get; init; }
}

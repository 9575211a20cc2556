using System.Text.Json.Serialization;

namespace BackgroundTasks.Http;

/// <summary>A queue: what it may hold, and what it holds.</summary>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record QueueResponse
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Tasks that wait for a time.</summary>
    public required long Scheduled { get; init; }

    /// <summary>Tasks that wait for a worker: what the capacity bounds.</summary>
    public required long Queued { get; init; }

    /// <summary>Tasks that run.</summary>
    public required long Running { get; init; }

    /// <summary>Kept tasks that succeeded.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Kept tasks that failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Kept tasks that were canceled.</summary>
    public required long Canceled { get; init; }

    /// <summary>How long the oldest queued task has waited, in seconds; null where none waits.</summary>
    public required double? OldestQueuedAgeSeconds { get; init; }

    /// <summary>How many tasks may be queued.</summary>
    public required int Capacity { get; init; }

    /// <summary>How many of its tasks run at once.</summary>
    public required int Workers { get; init; }

    /// <summary>How many of these may be tasks whose handlers compute or block.</summary>
    public required int BlockingWorkers { get; init; }

    /// <summary>Nothing of it is started until it is resumed.</summary>
    public required bool Paused { get; init; }
}

/// <summary>The queues of the service.</summary>
/// <param name="Queues">By name.</param>
public sealed record QueueListResponse(IReadOnlyList<QueueResponse> Queues);

/// <summary>A process that runs tasks.</summary>
/// <param name="Name">Its name, new at every start.</param>
/// <param name="Version">The version of the program.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="LastHeartbeat">When it was last known to live.</param>
/// <param name="Workers">How many tasks it runs at once.</param>
/// <param name="Running">How many it runs now.</param>
[JsonNumberHandling(JsonNumberHandling.Strict)]
public sealed record NodeResponse(string Name, string Version, DateTime StartedAt, DateTime LastHeartbeat, int Workers, int Running);

/// <summary>The processes that run tasks.</summary>
/// <param name="Nodes">One, where the store is of one process.</param>
public sealed record NodeListResponse(IReadOnlyList<NodeResponse> Nodes);

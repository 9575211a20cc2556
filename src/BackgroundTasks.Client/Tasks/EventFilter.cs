namespace BackgroundTasks.Client;

/// <summary>Whose changes are meant; what is left out selects all.</summary>
public sealed class EventFilter
{
    /// <summary>Changes into one of these states.</summary>
    public IReadOnlyCollection<BackgroundTaskStatus> Statuses { get; init; } = [];

    /// <summary>Changes of tasks of this type.</summary>
    public string? Type { get; init; }

    /// <summary>Changes of tasks of this queue.</summary>
    public string? Queue { get; init; }
}

namespace BackgroundTasks.Client;

/// <summary>Which tasks are meant; what is left out selects all.</summary>
public sealed class TaskFilter
{
    /// <summary>Tasks in one of these states.</summary>
    public IReadOnlyCollection<BackgroundTaskStatus> Statuses { get; init; } = [];

    /// <summary>Tasks of this type.</summary>
    public string? Type { get; init; }

    /// <summary>Tasks of this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Tasks that have all of these tags.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Tasks that were accepted after this time.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Tasks that were accepted before this time.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>How many tasks are read with one request, 1 to 200; the service's 50 by default. It does not bound the list.</summary>
    public int? PageSize { get; init; }
}

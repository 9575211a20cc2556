namespace BackgroundTasks;

/// <summary>The settings of one task type.</summary>
public sealed class BackgroundTaskTypeOptions
{
    /// <summary>What it does, for people: shown by <c>GET /task-types</c> and in Swagger.</summary>
    public string? Description { get; set; }

    /// <summary>The queue that its tasks use unless a submit says otherwise; <c>default</c> by default.</summary>
    public string Queue { get; set; } = BackgroundTasksOptions.DefaultQueue;

    /// <summary>
    /// The handler computes or blocks instead of awaiting. It then runs on a thread of its own, and its awaits return to that thread,
    /// so that it starves neither requests nor other handlers. False by default.
    /// </summary>
    public bool Blocking { get; set; }

    /// <summary>A payload that works, for people: shown by <c>GET /task-types</c> and in Swagger. Serialised like any payload.</summary>
    public object? Example { get; set; }
}

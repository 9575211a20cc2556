namespace BackgroundTasks;

/// <summary>What a handler knows of the task that it runs.</summary>
public abstract class BackgroundTaskContext
{
    /// <summary>The task's id.</summary>
    public abstract Guid Id { get; }

    /// <summary>The task's type.</summary>
    public abstract string Type { get; }

    /// <summary>The attempt, from 1.</summary>
    public abstract int Attempt { get; }

    /// <summary>The services of this attempt's scope.</summary>
    public abstract IServiceProvider Services { get; }

    /// <summary>Reports progress. From any thread, as often as wished: it never blocks, and the last report wins.</summary>
    /// <param name="percent">0 to 100 (more or less is clamped), or null where it cannot be told.</param>
    /// <param name="message">A short line for people; what is over 250 characters is cut.</param>
    public abstract void ReportProgress(double? percent, string? message = null);
}

namespace BackgroundTasks.Execution;

/// <summary>What became of a submit.</summary>
internal readonly record struct SubmitResult(SubmitOutcome Outcome, BackgroundTask? Task);

internal enum SubmitOutcome
{
    /// <summary>It is kept.</summary>
    Accepted,

    /// <summary>Its queue has no free place.</summary>
    QueueFull,

    /// <summary>The process stops.</summary>
    Stopping,
}

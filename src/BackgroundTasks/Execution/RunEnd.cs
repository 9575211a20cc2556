namespace BackgroundTasks.Execution;

/// <summary>How a run ends.</summary>
/// <param name="Transition">What is applied to the task; it answers null if nothing is to change.</param>
/// <param name="Exception">What the log shows of a failure; null if nothing failed, and for a time-out.</param>
/// <param name="ResultBytes">How long the result is.</param>
internal readonly record struct RunEnd(Func<BackgroundTask, BackgroundTask?> Transition, Exception? Exception = null, int ResultBytes = 0);

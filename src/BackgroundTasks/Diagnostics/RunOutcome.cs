namespace BackgroundTasks.Diagnostics;

/// <summary>How a run ended, in one word, for logs, metrics and activities.</summary>
internal static class RunOutcome
{
    /// <summary>What waits again has failed, unless the attempt was taken back.</summary>
    /// <param name="started">The run.</param>
    /// <param name="ended">The task as the run left it; null if it decided nothing.</param>
    public static string Of(BackgroundTask started, BackgroundTask? ended) => ended?.State switch
    {
        null => TelemetryNames.Interrupted,
        BackgroundTaskState.Succeeded => TelemetryNames.Succeeded,
        BackgroundTaskState.Canceled => TelemetryNames.Canceled,
        BackgroundTaskState.Failed => TelemetryNames.Failed,
        _ => ended.Attempt < started.Attempt ? TelemetryNames.Interrupted : TelemetryNames.Failed,
    };
}

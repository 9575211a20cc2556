using System.Diagnostics;

namespace BackgroundTasks.Diagnostics;

/// <summary>An attempt that somebody listens to: its activity is the current one until it is disposed.</summary>
internal sealed class ObservedAttempt(TaskMetrics metrics, Activity? activity, BackgroundTask started, TimeProvider timeProvider) : IDisposable
{
    private readonly long _begun = timeProvider.GetTimestamp();
    private TimeSpan? _duration;
    private bool _ended;

    /// <summary>The handler is done; what follows is the store's time.</summary>
    public void HandlerReturned() => _duration = timeProvider.GetElapsedTime(_begun);

    /// <summary>Its end is stored.</summary>
    /// <param name="task">The task as it is then; null where it is gone.</param>
    /// <param name="changed">Whether this attempt made it so.</param>
    public void End(BackgroundTask? task, bool changed) => End(changed ? task : null);

    public void Dispose()
    {
        // The store could not keep how it ended: the attempt is over and has decided nothing.
        if (!_ended)
        {
            TaskActivities.Fail(activity, TelemetryNames.OtherError);
            End(null);
        }

        activity?.Dispose();
    }

    private void End(BackgroundTask? task)
    {
        _ended = true;
        var outcome = OutcomeOf(task);
        metrics.Finished(started, outcome, _duration ?? timeProvider.GetElapsedTime(_begun), task is { IsTerminal: true });
        activity?.SetTag(TelemetryNames.Outcome, outcome);
        if (outcome is TelemetryNames.Failed)
            TaskActivities.Fail(activity, task?.Error?.Type ?? TelemetryNames.OtherError);
    }

    /// <summary>What waits again has failed, unless the attempt was taken back.</summary>
    private string OutcomeOf(BackgroundTask? task) => task?.State switch
    {
        null => TelemetryNames.Interrupted,
        BackgroundTaskState.Succeeded => TelemetryNames.Succeeded,
        BackgroundTaskState.Canceled => TelemetryNames.Canceled,
        BackgroundTaskState.Failed => TelemetryNames.Failed,
        _ => task.Attempt < started.Attempt ? TelemetryNames.Interrupted : TelemetryNames.Failed,
    };
}

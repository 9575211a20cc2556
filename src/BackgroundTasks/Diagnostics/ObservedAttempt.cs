using System.Diagnostics;

namespace BackgroundTasks.Diagnostics;

/// <summary>An attempt that somebody listens to: its activity is the current one until it is disposed.</summary>
internal sealed class ObservedAttempt(TaskMetrics metrics, Activity? activity, BackgroundTask started, TimeProvider timeProvider, ListenerGuard guard) : IDisposable
{
    private readonly long _begun = timeProvider.GetTimestamp();
    private TimeSpan? _duration;
    private bool _ended;

    /// <summary>The handler is done; what follows is the store's time.</summary>
    public void HandlerReturned() => _duration = timeProvider.GetElapsedTime(_begun);

    /// <summary>Its end is stored.</summary>
    /// <param name="task">The task as it is then; null where it is gone.</param>
    /// <param name="changed">Whether this attempt made it so.</param>
    public void End(BackgroundTask? task, bool changed)
    {
        try
        {
            End(changed ? task : null);
        }
        catch (Exception exception)
        {
            // The boundary to a listener.
            guard.Failed(exception);
        }
    }

    public void Dispose()
    {
        try
        {
            // The store could not keep how it ended: the attempt is over and has decided nothing.
            if (!_ended)
            {
                TaskActivities.Fail(activity, TelemetryNames.OtherError);
                End(null);
            }

            activity?.Dispose();
        }
        catch (Exception exception)
        {
            // The boundary to a listener.
            guard.Failed(exception);
        }
    }

    private void End(BackgroundTask? task)
    {
        _ended = true;
        var outcome = RunOutcome.Of(started, task);
        activity?.SetTag(TelemetryNames.Outcome, outcome);
        if (outcome is TelemetryNames.Failed)
            TaskActivities.Fail(activity, task?.Error?.Type ?? TelemetryNames.OtherError);
        metrics.Finished(started, outcome, _duration ?? timeProvider.GetElapsedTime(_begun), task is { IsTerminal: true });
    }
}

using System.Diagnostics;

namespace BackgroundTasks.Diagnostics;

/// <summary>Tells of submits and attempts, by metrics and activities, to those who listen. Where nobody does, nothing is made. Nothing that a listener throws comes out.</summary>
internal sealed class TaskTelemetry(TaskMetrics metrics, TaskActivities activities, TimeProvider timeProvider, ListenerGuard guard)
{
    public bool ObservesSubmits => metrics.ObservesSubmits || activities.HasListeners;

    public ObservedSubmit StartSubmit(string type, string queue) => new(metrics, Start(() => activities.StartSend(type, queue)), type, queue, guard);

    /// <summary>To be called when the start is stored; null where nobody listens.</summary>
    public ObservedAttempt? StartAttempt(BackgroundTask started) => metrics.ObservesAttempts || activities.HasListeners ? StartObserved(started) : null;

    private ObservedAttempt StartObserved(BackgroundTask started)
    {
        try
        {
            metrics.Started(started);
        }
        catch (Exception exception)
        {
            // The boundary to a listener.
            guard.Failed(exception);
        }

        return new ObservedAttempt(metrics, Start(() => activities.StartProcess(started)), started, timeProvider, guard);
    }

    private Activity? Start(Func<Activity?> start)
    {
        var current = Activity.Current;
        try
        {
            return start();
        }
        catch (Exception exception)
        {
            // The boundary to a listener. One that threw half-way may have left an activity behind that nobody will stop.
            Activity.Current = current;
            guard.Failed(exception);
            return null;
        }
    }
}

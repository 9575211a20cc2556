namespace BackgroundTasks.Diagnostics;

/// <summary>Tells of submits and attempts, by metrics and activities, to those who listen. Where nobody does, nothing is made.</summary>
internal sealed class TaskTelemetry(TaskMetrics metrics, TaskActivities activities, TimeProvider timeProvider)
{
    public bool ObservesSubmits => metrics.ObservesSubmits || activities.HasListeners;

    public ObservedSubmit StartSubmit(string type, string queue) => new(metrics, activities.StartSend(type, queue), type, queue);

    /// <summary>To be called when the start is stored; null where nobody listens.</summary>
    public ObservedAttempt? StartAttempt(BackgroundTask started)
    {
        if (!metrics.ObservesAttempts && !activities.HasListeners)
            return null;
        metrics.Started(started);
        return new ObservedAttempt(metrics, activities.StartProcess(started), started, timeProvider);
    }
}

using System.Diagnostics;
using BackgroundTasks.Execution;

namespace BackgroundTasks.Diagnostics;

/// <summary>A submit that somebody listens to: its activity is the current one until it is disposed.</summary>
internal sealed class ObservedSubmit(TaskMetrics metrics, Activity? activity, string type, string queue) : IDisposable
{
    private bool _ended;

    public void End(SubmitResult result)
    {
        _ended = true;
        activity?.SetTag(TelemetryNames.MessageId, result.Task?.Id.ToString("N"));
        switch (result.Outcome)
        {
            case SubmitOutcome.Accepted:
                metrics.Accepted(type, queue);
                break;
            case SubmitOutcome.QueueFull:
                Refuse(TelemetryNames.QueueFull);
                break;
            case SubmitOutcome.TooManyScheduled:
                Refuse(TelemetryNames.TooManyScheduled);
                break;
            case SubmitOutcome.Stopping:
                Refuse(TelemetryNames.Stopping);
                break;
        }
    }

    public void Dispose()
    {
        // The store threw, or the submitter gave up: neither accepted nor refused.
        if (!_ended)
            TaskActivities.Fail(activity, TelemetryNames.OtherError);
        activity?.Dispose();
    }

    private void Refuse(string reason)
    {
        metrics.Refused(type, queue, reason);
        TaskActivities.Fail(activity, reason);
    }
}

using System.Diagnostics;
using BackgroundTasks.Execution;

namespace BackgroundTasks.Diagnostics;

/// <summary>A submit that somebody listens to: its activity is the current one until it is disposed.</summary>
internal sealed class ObservedSubmit(TaskMetrics metrics, Activity? activity, string type, string queue, ListenerGuard guard) : IDisposable
{
    private bool _ended;

    /// <summary>It is decided: whatever a listener throws, it stays so.</summary>
    public void End(SubmitResult result)
    {
        _ended = true;
        try
        {
            Tell(result);
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
            // The store threw, or the submitter gave up: neither accepted nor refused.
            if (!_ended)
                TaskActivities.Fail(activity, TelemetryNames.OtherError);
            activity?.Dispose();
        }
        catch (Exception exception)
        {
            // The boundary to a listener.
            guard.Failed(exception);
        }
    }

    private void Tell(SubmitResult result)
    {
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
            case SubmitOutcome.NoMemory:
                Refuse(TelemetryNames.NoMemory);
                break;
            case SubmitOutcome.Stopping:
                Refuse(TelemetryNames.Stopping);
                break;
        }
    }

    private void Refuse(string reason)
    {
        metrics.Refused(type, queue, reason);
        TaskActivities.Fail(activity, reason);
    }
}

using System.Diagnostics;

namespace BackgroundTasks.Diagnostics;

/// <summary>
/// The activities: <c>send</c> where a task is submitted, whose context is kept with the task, and <c>process</c> for each attempt,
/// a child of that context and linked to it. Named after OpenTelemetry's conventions for messaging.
/// </summary>
internal sealed class TaskActivities : IDisposable
{
    public ActivitySource Source { get; } = new(BackgroundTasksDiagnostics.ActivitySourceName);

    public bool HasListeners => Source.HasListeners();

    /// <summary>Becomes the current activity; null where nobody wants it.</summary>
    public Activity? StartSend(string type, string queue) =>
        HasListeners ? Source.StartActivity(ActivityKind.Producer, RequestTrace.ParentOfSend, Tags("send", type, queue), name: $"send {queue}") : null;

    /// <summary>Becomes the current activity, under the submitter's and under no other; null where nobody wants it.</summary>
    public Activity? StartProcess(BackgroundTask task)
    {
        if (!HasListeners)
            return null;
        var tags = Tags("process", task.Type, task.Queue);
        tags.Add(new(TelemetryNames.MessageId, task.Id.ToString("N")));
        tags.Add(new(TelemetryNames.Attempt, task.Attempt));

        // Remote, although this process may have made it: a sampler must decide anew, as it would for what another process sent.
        if (ActivityContext.TryParse(task.Submission.TraceParent, task.Submission.TraceState, isRemote: true, out var submitter))
            return Source.StartActivity(ActivityKind.Consumer, submitter, tags, [new ActivityLink(submitter)], name: $"process {task.Queue}");

        // Without a parent given, the current activity would be it, and it has nothing to do with this task.
        Activity.Current = null;
        return Source.StartActivity(ActivityKind.Consumer, tags: tags, name: $"process {task.Queue}");
    }

    public static void Fail(Activity? activity, string errorType) =>
        activity?.SetTag(TelemetryNames.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);

    public void Dispose() => Source.Dispose();

    private static List<KeyValuePair<string, object?>> Tags(string operation, string type, string queue) =>
    [
        new(TelemetryNames.MessagingSystem, TelemetryNames.MessagingSystemValue),
        new(TelemetryNames.OperationName, operation),
        new(TelemetryNames.OperationType, operation),
        new(TelemetryNames.Destination, queue),
        new(TelemetryNames.TaskType, type),
    ];
}

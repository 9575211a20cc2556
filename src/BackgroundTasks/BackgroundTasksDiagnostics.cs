using BackgroundTasks.Diagnostics;

namespace BackgroundTasks;

/// <summary>The names under which background tasks tell of themselves, for <c>AddMeter</c> and <c>AddSource</c> of OpenTelemetry; and the trace of the current request.</summary>
public static class BackgroundTasksDiagnostics
{
    /// <summary>The meter of all metrics.</summary>
    public const string MeterName = "BackgroundTasks";

    /// <summary>The source of the activities: one where a task is submitted, and one for each attempt.</summary>
    public const string ActivitySourceName = "BackgroundTasks";

    /// <summary>
    /// What an error's answer has as <c>traceId</c>, for the entries of an application's log: the trace of the current activity; without one, the trace that the client
    /// of the current request names in <c>traceparent</c>, or the server's id of the request. Null without activity and request.
    /// </summary>
    public static string? TraceId => RequestTrace.CurrentId;
}

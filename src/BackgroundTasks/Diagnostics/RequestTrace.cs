using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Diagnostics;

/// <summary>
/// The trace of a request: that of the current activity; without one, as hosting makes none while nobody listens, the one that the client names
/// in <c>traceparent</c> and <c>tracestate</c> (W3C Trace Context).
/// </summary>
internal sealed class RequestTrace
{
    /// <summary>How long a <c>traceparent</c> is.</summary>
    public const int ParentLength = 55;

    private RequestTrace(string? parent, string? state) => (Parent, State) = (parent, state);

    /// <summary>The span under which further ones belong, as <c>traceparent</c> has it.</summary>
    public string? Parent { get; }

    public string? State { get; }

    /// <summary>The trace in whose flow the code runs; null without one.</summary>
    public static RequestTrace? Current =>
        Activity.Current is { } activity ? new RequestTrace(activity.Id, activity.TraceStateString) : CurrentRequest.Read(OfClient);

    /// <summary>What the client of the current request names; default if there is an activity, or nothing valid is named.</summary>
    public static ActivityContext ParentOfSend =>
        Activity.Current is null && CurrentRequest.Read(OfClient) is { } trace && ActivityContext.TryParse(trace.Parent, trace.State, isRemote: true, out var parent) ? parent : default;

    /// <summary>The id by which a client and the log find each other; null without activity and request.</summary>
    public static string? CurrentId => Activity.Current?.TraceId.ToHexString() ?? CurrentRequest.Read(IdOf);

    /// <summary>By which a client and the log find each other: the id of the trace, or else the server's id of the request.</summary>
    public static string IdOf(HttpContext context) =>
        Activity.Current?.TraceId.ToHexString() ?? (OfClient(context) is { Parent: { } parent } ? IdOf(parent) : context.TraceIdentifier);

    /// <summary>The id of the trace within a <c>traceparent</c>.</summary>
    public static string IdOf(string traceParent) => traceParent.Substring("00-".Length, 32);

    private static RequestTrace? OfClient(HttpContext context)
    {
        var headers = context.Request.Headers;
        return headers.TraceParent is [{ } parent] && ActivityContext.TryParse(parent, null, out _)
            ? new RequestTrace(parent, headers.TraceState.Count == 0 ? null : headers.TraceState.ToString())
            : null;
    }
}

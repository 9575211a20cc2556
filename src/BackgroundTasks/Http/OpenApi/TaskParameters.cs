using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace BackgroundTasks.Http.OpenApi;

/// <summary>What the endpoints read, as signatures: for documents alone, nothing is bound by them.</summary>
internal static class TaskParameters
{
    private const string StatusText = "Tasks in one of these statuses; also in one value, with commas between.";
    private const string TypeText = "Tasks of this type.";
    private const string QueueText = "Tasks of this queue.";
    private const string TagText = "Tasks with this tag, written key:value. Several: tasks that have all of them.";
    private const string AfterText = "Tasks created at or after this time, as RFC 3339 writes it.";
    private const string BeforeText = "Tasks created before this time, as RFC 3339 writes it.";
    private const string PageTokenText = "The nextPageToken of the page before, with the same filters.";
    private const string PreferText = "respond-async, wait=N (seconds to wait until the task has finished), return=minimal (an empty body), as RFC 7240 writes them. What is not understood is ignored.";

    public delegate void Submit(
        [FromHeader(Name = "Idempotency-Key")]
        [Description("Names this request: sent again with the same key, it is answered with the same task. A quoted string, or 1 to 255 of A-Z, a-z, 0-9, '.', '_', ':' and '-'.")]
        string? idempotencyKey,
        [FromHeader(Name = "Prefer"), Description(PreferText)] string? prefer,
        [FromHeader(Name = "traceparent"), Description("The W3C trace context that the task's runs belong to.")] string? traceParent,
        [FromBody, Description("The task.")] SubmitRequest body);

    public delegate void Task(
        [FromRoute, RegularExpression("^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$")]
        [Description("The task's id: 32 hex digits, or a UUID with hyphens.")]
        string id);

    public delegate void Status(
        [FromHeader(Name = "If-None-Match"), Description("The ETag of an earlier answer: 304 if nothing has changed since.")] string? ifNoneMatch,
        [FromHeader(Name = "Prefer"), Description("wait=N, as the parameter wait; more than is allowed is taken as the most. RFC 7240.")] string? prefer,
        [FromQuery, Description("Seconds to wait until the task has finished; or, with If-None-Match, until anything has changed. 0 to 60, unless the service is set otherwise.")] double? wait);

    public delegate void List(
        [FromQuery, Description(StatusText)] BackgroundTaskState[]? status,
        [FromQuery, Description(TypeText)] string? type,
        [FromQuery, Description(QueueText)] string? queue,
        [FromQuery, Description(TagText)] string[]? tag,
        [FromQuery, Description(AfterText)] DateTimeOffset? createdAfter,
        [FromQuery, Description(BeforeText)] DateTimeOffset? createdBefore,
        [FromQuery, Range(1, 200), Description("How many tasks a page has at most.")] int pageSize = 50,
        [FromQuery, Description(PageTokenText)] string? pageToken = null);

    /// <summary>The filters of a call that changes many tasks.</summary>
    public delegate void Select(
        [FromQuery, Description(StatusText)] BackgroundTaskState[]? status,
        [FromQuery, Description(TypeText)] string? type,
        [FromQuery, Description(QueueText)] string? queue,
        [FromQuery, Description(TagText)] string[]? tag,
        [FromQuery, Description(AfterText)] DateTimeOffset? createdAfter,
        [FromQuery, Description(BeforeText)] DateTimeOffset? createdBefore,
        [FromQuery, Description("From the next of the call before, with the same filters.")] string? pageToken);

    public delegate void TaskEvents(
        [FromHeader(Name = "Last-Event-ID"), Description("The id of the last event that came: 204 if that was the last event of a finished task, else the stream begins with a snapshot.")]
        string? lastEventId);

    public delegate void Events(
        [FromQuery, Description(StatusText)] BackgroundTaskState[]? status,
        [FromQuery, Description(TypeText)] string? type,
        [FromQuery, Description(QueueText)] string? queue);

    public delegate void TaskType([FromRoute, Description("The name of the task type.")] string type);

    public delegate void Queue([FromRoute, Description("The name of the queue.")] string name);

    public delegate void StartTask([FromQuery, Description("The task type; the members of its payload are further parameters.")] string type = "wait");

    public delegate void Result([FromQuery(Name = "task_id"), Description("The id that /start_task answered.")] string taskId);
}

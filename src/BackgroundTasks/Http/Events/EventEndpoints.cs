using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http.Events;

/// <summary><c>GET /tasks/{id}/events</c> and <c>GET /events</c>, and HEAD.</summary>
internal static class EventEndpoints
{
    public static async Task<IResult> FollowTaskAsync(HttpContext context, string id, IBackgroundTaskStore store, TaskWatch watch, Deadlines deadlines)
    {
        if (!TaskId.TryParse(id, out var taskId))
            return Problems.UnknownTask();

        // Watched before it is read: no change in between is missed, nor an end whose record is gone by then.
        var stream = new TaskEventStream(taskId, store, watch, deadlines);
        context.Response.RegisterForDispose(stream);
        var task = await stream.ReadAsync(context.RequestAborted);

        // The client has seen the end: 204 is how a server tells an EventSource to stay away.
        var isSeen = task is { IsTerminal: true } && context.Request.Headers["Last-Event-ID"] == TaskRepresentation.EventIdOf(task);
        if (task is not null && !isSeen)
            return stream;
        stream.Dispose();
        return isSeen ? TypedResults.NoContent() : Problems.UnknownTask();
    }

    public static IResult FollowAll(HttpContext context, TaskFeed feed)
    {
        var errors = new Dictionary<string, string[]>();
        var filter = EventFilter.Read(context.Request.Query, errors);
        return errors.Count > 0 ? Problems.Invalid(errors) : new FeedEventStream(filter, feed);
    }
}

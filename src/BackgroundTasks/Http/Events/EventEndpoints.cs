using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http.Events;

/// <summary><c>GET /tasks/{id}/events</c> and <c>GET /events</c>, and HEAD.</summary>
internal static class EventEndpoints
{
    public static async Task<IResult> FollowTaskAsync(HttpContext context, string id, IBackgroundTaskStore store, TaskWatch watch, Deadlines deadlines)
    {
        if (!TaskId.TryParse(id, out var taskId) || await store.FindAsync(taskId, context.RequestAborted) is not { } task)
            return Problems.UnknownTask();

        // The client has seen the end: 204 is how a server tells an EventSource to stay away.
        return task.IsTerminal && context.Request.Headers["Last-Event-ID"] == TaskRepresentation.EventIdOf(task)
            ? TypedResults.NoContent()
            : new TaskEventStream(taskId, store, watch, deadlines);
    }

    public static IResult FollowAll(HttpContext context, TaskFeed feed)
    {
        var errors = new Dictionary<string, string[]>();
        var filter = EventFilter.Read(context.Request.Query, errors);
        return errors.Count > 0 ? Problems.Invalid(errors) : new FeedEventStream(filter, feed);
    }
}

using BackgroundTasks.Http;
using BackgroundTasks.Http.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints.</summary>
public static class BackgroundTasksEndpointRouteBuilderExtensions
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps <c>/tasks</c>, <c>/events</c>, <c>/task-types</c>, <c>/queues</c> and <c>/nodes</c>, below the group's prefix where the builder is one.</summary>
    /// <param name="endpoints">The application, or a group of it.</param>
    /// <returns>The endpoints as a group, for what applies to all of them, such as authorization.</returns>
    public static RouteGroupBuilder MapBackgroundTasks(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").AnswersStoreFaults();
        var tasks = group.MapGroup("").WithTags("Tasks");
        tasks.MapPost("/tasks", SubmitEndpoint.SubmitAsync).WithName("SubmitTask").At(1)
            .WithSummary("Submit a task")
            .WithDescription("Answers at once with the task's id; the work runs in the background. With Prefer: wait=N the answer waits for the end, N seconds at most.")
            .Produces<TaskResponse>().Produces<TaskResponse>(StatusCodes.Status202Accepted)
            .Refuses(400, 409, 413, 415, 422, 503);
        tasks.MapMethods("/tasks", GetOrHead, ListEndpoint.ListAsync).WithName("ListTasks").At(1)
            .WithSummary("List tasks, newest first").Produces<TaskListResponse>().Refuses(400);
        tasks.MapMethods("/tasks/{id}", GetOrHead, StatusEndpoint.GetAsync).WithName("GetTask").At(2)
            .WithSummary("A task as it is now")
            .WithDescription("With ?wait=N it answers when the task has ended, or, with If-None-Match, when anything has changed; after N seconds at the latest.")
            .Produces<TaskResponse>().Produces(StatusCodes.Status304NotModified).Refuses(400, 404);
        tasks.MapMethods("/tasks/{id}/events", GetOrHead, EventEndpoints.FollowTaskAsync).WithName("FollowTask").At(3)
            .WithSummary("Follow a task as a stream of events")
            .WithDescription("First snapshot (the whole task), then status (the whole task) and progress (percent and message, four times a second at most), "
                + "last succeeded, failed or canceled (the whole task); then the stream ends. 204: the Last-Event-ID is of the end, there is no more.")
            .ProducesEvents().Produces(StatusCodes.Status204NoContent).Refuses(404);
        tasks.MapMethods("/events", GetOrHead, EventEndpoints.FollowAll).WithName("FollowTasks").At(1)
            .WithSummary("Follow all tasks as a stream of events")
            .WithDescription("Every change of state as a status event with the whole task, from now on; no ids, no resume. "
                + "Of a task that changes faster than events are sent, the latest state comes. A client that falls 16 MB behind, or for which changes were missed, is closed: it connects again and reads the list.")
            .ProducesEvents().Refuses(400);
        tasks.MapPost("/tasks/{id}/cancel", ControlEndpoints.CancelAsync).WithName("CancelTask").At(3)
            .WithSummary("Cancel a task")
            .WithDescription("One that waits is canceled at once (200); one that runs is told to stop (202), and ends as its handler returns.")
            .Produces<TaskResponse>().Produces<TaskResponse>(StatusCodes.Status202Accepted).Refuses(404, 409, 503);
        tasks.MapPost("/tasks/{id}/retry", RetryEndpoints.RetryAsync).WithName("RetryTask").At(3)
            .WithSummary("Queue a failed or canceled task again")
            .WithDescription("Under the same id, its attempts counted anew.")
            .Produces<TaskResponse>(StatusCodes.Status202Accepted).Refuses(404, 409, 503);
        tasks.MapPost("/tasks/retry", RetryEndpoints.RetryManyAsync).WithName("RetryTasks").At(2)
            .WithSummary("Queue many failed or canceled tasks again")
            .WithDescription("Those that the list's filters, given in the query, select: at most 1,000 a call.")
            .Produces<RetriedResponse>(StatusCodes.Status202Accepted).Refuses(400, 503);
        tasks.MapDelete("/tasks/{id}", ControlEndpoints.DeleteAsync).WithName("DeleteTask").At(2)
            .WithSummary("Delete the record of an ended task").Produces(StatusCodes.Status204NoContent).Refuses(404, 409, 503);

        var types = group.MapGroup("").WithTags("Task types");
        types.MapMethods("/task-types", GetOrHead, TaskTypeEndpoints.List).WithName("ListTaskTypes").At(1)
            .WithSummary("What can be submitted").Produces<TaskTypeListResponse>();
        types.MapMethods("/task-types/{type}", GetOrHead, TaskTypeEndpoints.Get).WithName("GetTaskType").At(2)
            .WithSummary("A task type: its schemas and an example").Produces<TaskTypeResponse>().Refuses(404);

        var queues = group.MapGroup("").WithTags("Queues");
        queues.MapMethods("/queues", GetOrHead, QueueEndpoints.ListAsync).WithName("ListQueues").At(1)
            .WithSummary("The queues and what they hold").Produces<QueueListResponse>();
        queues.MapMethods("/queues/{name}", GetOrHead, QueueEndpoints.GetAsync).WithName("GetQueue").At(2)
            .WithSummary("A queue and what it holds").Produces<QueueResponse>().Refuses(404);
        queues.MapPost("/queues/{name}/pause", QueueEndpoints.PauseAsync).WithName("PauseQueue").At(3)
            .WithSummary("Start nothing more of a queue")
            .WithDescription("What runs goes on, and submits are accepted; kept until the queue is resumed.")
            .Produces<QueueResponse>().Refuses(404, 503);
        queues.MapPost("/queues/{name}/resume", QueueEndpoints.ResumeAsync).WithName("ResumeQueue").At(3)
            .WithSummary("Start the tasks of a queue again").Produces<QueueResponse>().Refuses(404, 503);
        queues.MapMethods("/nodes", GetOrHead, QueueEndpoints.ListNodes).WithName("ListNodes").At(1)
            .WithSummary("The processes that run tasks").Produces<NodeListResponse>();
        return group;
    }

    /// <summary>Maps <c>/start_task</c> and <c>/get_result</c>, which start a task from a URL alone, as FastAPI's users know them.</summary>
    /// <param name="endpoints">The application, or a group of it.</param>
    /// <returns>The endpoints as a group.</returns>
    public static RouteGroupBuilder MapStartTask(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").WithTags("As in FastAPI").AnswersStoreFaults();
        group.MapMethods("/start_task", [HttpMethods.Get, HttpMethods.Post], StartTaskEndpoints.StartAsync).WithName("StartTask").At(1)
            .WithSummary("Start a task from the URL")
            .WithDescription("?type=… and the payload's members as further parameters; without a type, two seconds of waiting.")
            .Produces<StartedTaskResponse>().Refuses(400, 503);
        group.MapMethods("/get_result", GetOrHead, StartTaskEndpoints.GetResultAsync).WithName("GetResult").At(1)
            .WithSummary("The result of a started task").Produces<TaskResultResponse>().Refuses(400, 404);
        return group;
    }

    private static RouteHandlerBuilder At(this RouteHandlerBuilder builder, int segments) => builder.WithMetadata(new PrefixedRoute(segments));

    /// <summary>A stream outlives every time limit for requests.</summary>
    private static RouteHandlerBuilder ProducesEvents(this RouteHandlerBuilder builder)
    {
        builder.DisableRequestTimeout();
        return builder.Produces<string>(StatusCodes.Status200OK, "text/event-stream");
    }

    private static RouteHandlerBuilder Refuses(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statusCodes)
    {
        foreach (var statusCode in statusCodes)
            builder.Produces<ProblemDetails>(statusCode, "application/problem+json");
        return builder;
    }
}

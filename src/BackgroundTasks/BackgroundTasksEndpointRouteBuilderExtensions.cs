using BackgroundTasks;
using BackgroundTasks.Execution;
using BackgroundTasks.Http;
using BackgroundTasks.Http.Events;
using BackgroundTasks.Http.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints.</summary>
public static class BackgroundTasksEndpointRouteBuilderExtensions
{
    private const string UnknownTask = "No task has this id: it never existed, was deleted, or is no longer kept.";
    private const string UnknownQueue = "No queue has this name; the detail names the known ones.";
    private const string TaskTag = "New with every visible change of the task.";
    private const string AskAgain = "Seconds to wait before asking again, until the task has finished.";
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps <c>/tasks</c>, <c>/events</c>, <c>/task-types</c>, <c>/queues</c> and <c>/nodes</c>, below the group's prefix where the builder is one.</summary>
    /// <param name="endpoints">The application, or a group of it.</param>
    /// <exception cref="InvalidOperationException"><c>AddBackgroundTasks</c> was not called.</exception>
    /// <returns>The endpoints as a group, for what applies to all of them, such as authorization.</returns>
    public static RouteGroupBuilder MapBackgroundTasks(this IEndpointRouteBuilder endpoints)
    {
        RequireServices(endpoints);
        var group = EndpointNames.MapGroup(endpoints, "tasks").AnswersStoreFaults();
        MapTasks(group.MapGroup("").WithTags("Tasks"));
        MapTaskTypes(group.MapGroup("").WithTags("Task types"));
        MapQueues(group.MapGroup("").WithTags("Queues"));
        MapEvents(group.MapGroup("").WithTags("Events"));
        OpenApiDocuments.Complete(group);
        return group;
    }

    /// <summary>Maps <c>/start_task</c> and <c>/get_result</c>, which start a task from a URL alone, as FastAPI's users know them.</summary>
    /// <param name="endpoints">The application, or a group of it.</param>
    /// <returns>The endpoints as a group.</returns>
    public static RouteGroupBuilder MapStartTask(this IEndpointRouteBuilder endpoints)
    {
        RequireServices(endpoints);
        var group = EndpointNames.MapGroup(endpoints, "start_task").WithTags("As in FastAPI").AnswersStoreFaults();
        foreach (var (method, name) in new[] { (HttpMethods.Get, "StartTask"), (HttpMethods.Post, "StartTaskByPost") })
        {
            group.MapMethods("/start_task", [method], StartTaskEndpoints.StartAsync).WithName(name).At(1).WithMetadata(new UnsafeGetAttribute()).CountsAsSubmit().Reads<TaskParameters.StartTask>()
                .WithSummary("Start a task from the URL")
                .WithDescription("?type=… and the payload's members as further parameters; without a type, two seconds of waiting.")
                .Answers<StartedTaskResponse>(200, "The task is accepted; its id is for /get_result.")
                .RefusesAsUsual(400, 503);
        }

        group.MapMethods("/get_result", GetOrHead, StartTaskEndpoints.GetResultAsync).WithName("GetResult").At(1).Reads<TaskParameters.Result>()
            .WithSummary("The result of a started task")
            .Answers<TaskResultResponse>(200, "The result; or the text \"task not finish\"; or null and the error of a task that failed or was canceled.")
            .Refuses(400).Refuses(404, UnknownTask).Refuses(503);
        OpenApiDocuments.Complete(group);
        return group;
    }

    /// <summary>Without them every request of the application would fail, with a message about parameters.</summary>
    private static void RequireServices(IEndpointRouteBuilder endpoints)
    {
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(BackgroundTaskQueue)) is false)
            throw new InvalidOperationException("The services of background tasks are missing. Call builder.Services.AddBackgroundTasks() before builder.Build().");
    }

    private static void MapTasks(RouteGroupBuilder tasks)
    {
        tasks.MapPost("/tasks", tasks.Handler<SubmitEndpoint>(static (endpoint, context) => endpoint.SubmitAsync(context))).WithName("SubmitTask").At(1).CountsAsSubmit().Reads<TaskParameters.Submit>()
            .WithSummary("Submit a task")
            .WithDescription("Answers at once with the task's id; the work runs in the background. With Prefer: wait=N the answer waits for the end, N seconds at most.")
            .Answers<TaskResponse>(200, "The task has finished within the wait; or an active task has this uniqueKey, and this is that task.")
            .Answers<TaskResponse>(202, "The task is accepted. With Prefer: return=minimal the body is empty.")
            .SendsTask(200, 202)
            .Sends("Idempotent-Replayed", "true if this request was accepted before, under the same Idempotency-Key.", 200, 202)
            .Sends("Preference-Applied", "What of Prefer was applied.", 200, 202)
            .Sends("Vary", "Prefer.", 200, 202)
            .Refuses(400)
            .Refuses(409, "The first request with this Idempotency-Key is still being accepted. Repeat this one in a moment.")
            .Sends("Retry-After", "Seconds to wait before trying again.", 409)
            .RefusesAsUsual(408, 413)
            .Refuses(415, "The body is not JSON, or is compressed.")
            .Sends("Accept", "application/json, if it is not JSON.", 415).Sends("Accept-Encoding", "identity, if it is compressed.", 415)
            .Refuses(422, "This Idempotency-Key was used for a different request, whose task is taskId.")
            .Refuses(503);
        tasks.MapMethods("/tasks", GetOrHead, ListEndpoint.ListAsync).WithName("ListTasks").At(1).Reads<TaskParameters.List>()
            .WithSummary("List tasks, newest first")
            .Answers<TaskListResponse>(200, "A page. It may be short, even empty: only a nextPageToken of null ends the list.")
            .Sends("Link", "The next page, rel=\"next\"; none at the end.", 200)
            .RefusesAsUsual(400, 503);
        tasks.MapMethods("/tasks/{id}", GetOrHead, tasks.Handler<StatusEndpoint>(static (endpoint, context) => endpoint.GetAsync(context))).WithName("GetTask").At(2).Reads<TaskParameters.Task>().Reads<TaskParameters.Status>()
            .WithSummary("A task as it is now")
            .WithDescription("With ?wait=N it answers when the task has ended, or, with If-None-Match, when anything has changed; after N seconds at the latest.")
            .Answers<TaskResponse>(200, "The task, whatever its status is.")
            .Answers(304, "The ETag of If-None-Match is still the task's.")
            .Sends("ETag", TaskTag, 200, 304).Sends("Cache-Control", "private, no-cache.", 200, 304).Sends("Vary", "Accept, Prefer.", 200, 304)
            .Sends("Retry-After", AskAgain, 200)
            .Refuses(400).Refuses(404, UnknownTask).Refuses(503);
        tasks.MapDelete("/tasks/{id}", ControlEndpoints.DeleteAsync).WithName("DeleteTask").At(2).Reads<TaskParameters.Task>()
            .WithSummary("Delete the record of an ended task")
            .Answers(204, "The record is gone.")
            .Refuses(404, UnknownTask).Refuses(409, "The task has not finished. Cancel it first.").Refuses(503);
        tasks.MapPost("/tasks/{id}/cancel", ControlEndpoints.CancelAsync).WithName("CancelTask").At(3).Reads<TaskParameters.Task>()
            .WithSummary("Cancel a task")
            .WithDescription("One that waits is canceled at once (200); one that runs is told to stop (202), and ends as its handler returns.")
            .Answers<TaskResponse>(200, "The task is canceled.")
            .Answers<TaskResponse>(202, "The task runs and its handler was told to stop.")
            .SendsTask(200, 202)
            .Refuses(404, UnknownTask).Refuses(409, "The task has succeeded or failed: currentStatus.").Refuses(503);
        tasks.MapPost("/tasks/{id}/retry", RetryEndpoints.RetryAsync).WithName("RetryTask").At(3).CountsAsSubmit().Reads<TaskParameters.Task>()
            .WithSummary("Queue a failed or canceled task again")
            .WithDescription("Under the same id, its attempts counted anew.")
            .Answers<TaskResponse>(202, "The task is queued again.")
            .SendsTask(202)
            .Refuses(404, UnknownTask).Refuses(409, "The task neither failed nor was canceled; or its uniqueKey belongs to another active task by now: taskId.").Refuses(503);
        tasks.MapPost("/tasks/retry", RetryEndpoints.RetryManyAsync).WithName("RetryTasks").At(2).CountsAsSubmit().Reads<TaskParameters.Select>()
            .WithSummary("Queue many failed or canceled tasks again")
            .WithDescription("Those that the filters select; at least one filter is needed. A call looks at 10,000 tasks and queues 1,000 again at most: POST to next until it is null.")
            .Answers<RetriedResponse>(202, "How many tasks were queued again, how many were skipped because their uniqueKey is taken or they changed meanwhile, and where to go on.")
            .RefusesAsUsual(400, 503);
    }

    private static void MapTaskTypes(RouteGroupBuilder types)
    {
        types.MapMethods("/task-types", GetOrHead, TaskTypeEndpoints.List).WithName("ListTaskTypes").At(1)
            .WithSummary("What can be submitted").Answers<TaskTypeListResponse>(200, "The task types.");
        types.MapMethods("/task-types/{type}", GetOrHead, TaskTypeEndpoints.Get).WithName("GetTaskType").At(2).Reads<TaskParameters.TaskType>()
            .WithSummary("A task type: its schemas and an example").Answers<TaskTypeResponse>(200, "The task type.")
            .Refuses(404, "No task type has this name; the detail names the known ones.");
    }

    private static void MapQueues(RouteGroupBuilder queues)
    {
        queues.MapMethods("/queues", GetOrHead, QueueEndpoints.ListAsync).WithName("ListQueues").At(1)
            .WithSummary("The queues and what they hold").Answers<QueueListResponse>(200, "The queues.").Refuses(503);
        queues.MapMethods("/queues/{name}", GetOrHead, QueueEndpoints.GetAsync).WithName("GetQueue").At(2).Reads<TaskParameters.Queue>()
            .WithSummary("A queue and what it holds").Answers<QueueResponse>(200, "The queue.").Refuses(404, UnknownQueue).Refuses(503);
        queues.MapPost("/queues/{name}/pause", QueueEndpoints.PauseAsync).WithName("PauseQueue").At(3).Reads<TaskParameters.Queue>()
            .WithSummary("Start nothing more of a queue")
            .WithDescription("What runs goes on, and submits are accepted; kept until the queue is resumed.")
            .Answers<QueueResponse>(200, "The queue is paused.").Refuses(404, UnknownQueue).Refuses(503);
        queues.MapPost("/queues/{name}/resume", QueueEndpoints.ResumeAsync).WithName("ResumeQueue").At(3).Reads<TaskParameters.Queue>()
            .WithSummary("Start the tasks of a queue again")
            .Answers<QueueResponse>(200, "The queue is not paused.").Refuses(404, UnknownQueue).Refuses(503);
        queues.MapMethods("/nodes", GetOrHead, QueueEndpoints.ListNodes).WithName("ListNodes").At(1)
            .WithSummary("The processes that run tasks").Answers<NodeListResponse>(200, "The processes; one, unless several share a store.");
    }

    private static void MapEvents(RouteGroupBuilder events)
    {
        events.MapMethods("/tasks/{id}/events", GetOrHead, EventEndpoints.FollowTaskAsync).WithName("FollowTask").At(3).Reads<TaskParameters.Task>().Reads<TaskParameters.TaskEvents>()
            .WithSummary("Follow a task as a stream of events")
            .WithDescription("First snapshot (the whole task), then status (the whole task) and progress (percent and message, four times a second at most), "
                + "last succeeded, failed or canceled (the whole task); then the stream ends. 204: the Last-Event-ID is of the end, there is no more.")
            .AnswersEvents().Answers(204, "The Last-Event-ID is of the last event: there is no more.").Refuses(404, UnknownTask).Refuses(503);
        events.MapMethods("/events", GetOrHead, EventEndpoints.FollowAll).WithName("FollowTasks").At(1).Reads<TaskParameters.Events>()
            .WithSummary("Follow all tasks as a stream of events")
            .WithDescription("Every change of state as a status event with the whole task, from now on; no ids, no resume. "
                + "Of a task that changes faster than events are sent, the latest state comes. A client that falls 16 MB behind, or for which changes were missed, is closed: it connects again and reads the list.")
            .AnswersEvents().Refuses(400);
    }

    /// <summary>A handler that has its services: to find them for each request costs more than its work. They are made at the first request, none while mapping.</summary>
    private static Func<HttpContext, ValueTask<IResult>> Handler<T>(this IEndpointRouteBuilder endpoints, Func<T, HttpContext, ValueTask<IResult>> handle)
        where T : class
    {
        var services = endpoints.ServiceProvider;
        T? endpoint = null;
        return context => handle(endpoint ??= services.GetRequiredService<T>(), context);
    }

    private static RouteHandlerBuilder At(this RouteHandlerBuilder builder, int segments) => builder.WithMetadata(new PrefixedRoute(segments));

    /// <summary>A stream outlives every time limit for requests.</summary>
    private static RouteHandlerBuilder AnswersEvents(this RouteHandlerBuilder builder)
    {
        builder.DisableRequestTimeout();
        return builder.Answers<string>(200, "The events, as they come.", "text/event-stream")
            .Sends("Cache-Control", "no-cache, no-store.", 200).Sends("X-Accel-Buffering", "no.", 200);
    }

    private static RouteHandlerBuilder SendsTask(this RouteHandlerBuilder builder, params ReadOnlySpan<int> statusCodes) => builder
        .Sends("ETag", TaskTag, statusCodes)
        .Sends("Location", "Where the task is, relative to this server.", statusCodes)
        .Sends("Operation-Location", "The same, for pollers that read a task's status there.", statusCodes)
        .Sends("Retry-After", AskAgain, statusCodes);
}

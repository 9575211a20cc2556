using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using BackgroundTasks.Api.Notifications;
using BackgroundTasks.Http.OpenApi;
using Microsoft.AspNetCore.Mvc;

namespace BackgroundTasks.Api.Seed;

/// <summary>The endpoints of the article that this service comes from, to the letter, without its bugs.</summary>
internal static class SeedEndpoints
{
    private static readonly string[] UnknownName = ["It is not a parameter of this request; email is. For another message, POST /tasks with the type send-notification."];
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(2);

    private delegate void NotificationParameters([FromQuery, EmailAddress, Description("The address that the notification is for.")] string email);

    public static void AddSeed(this IServiceCollection services) => services.AddSingleton<BlockingPool>();

    public static RouteGroupBuilder MapSeed(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");
        group.MapStartTask();
        var seed = group.MapGroup("").WithTags("As in FastAPI");
        seed.MapPost("/sync_endpoint", SyncAsync).WithName("SyncEndpoint").CountsAsSubmit().WithSummary("Two seconds of blocking work, off the request threads")
            .Answers<SeedResult>(StatusCodes.Status200OK, "The work is done.").Refuses(StatusCodes.Status503ServiceUnavailable, "Too many calls work and wait already.");
        seed.MapPost("/async_endpoint", AwaitAsync).WithName("AsyncEndpoint").CountsAsSubmit().WithSummary("Two seconds of awaited work")
            .Answers<SeedResult>(StatusCodes.Status200OK, "The work is done.");
        seed.MapGet("/send-notification", SendNotification).WithName("SendNotification").WithMetadata(new UnsafeGetAttribute()).CountsAsSubmit().Reads<NotificationParameters>()
            .WithSummary("Answers at once; the notification is written after the response")
            .Answers<SeedMessage>(StatusCodes.Status200OK, "The notification is written after this response.").RefusesAsUsual(StatusCodes.Status400BadRequest, StatusCodes.Status503ServiceUnavailable);
        return group;
    }

    private static async Task<IResult> SyncAsync(BlockingPool pool, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        // A caller that left gives its place back, whether its work waits or has begun.
        if (!pool.TryRun(() => SimulatedWork.Block(Work, timeProvider, cancellationToken), out var completion, cancellationToken))
            return BackgroundTaskResults.Unavailable(new BackgroundTaskQueueFullException("40 calls work and 400 wait already. Try again later, or call /async_endpoint."));
        await completion;
        return TypedResults.Ok(new SeedResult("Sync Task Completed"));
    }

    private static async Task<IResult> AwaitAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        await Task.Delay(Work, timeProvider, cancellationToken);
        return TypedResults.Ok(new SeedResult("Async Task Completed"));
    }

    private static IResult SendNotification(HttpContext context, IBackgroundTasks backgroundTasks)
    {
        var unknown = context.Request.Query.Keys.Where(static name => name != "email")
            .ToDictionary(static name => name, static _ => UnknownName);
        if (unknown.Count > 0)
            return BackgroundTaskResults.Invalid(new BackgroundTaskRefusedException(unknown));
        var payload = new SendNotificationPayload(context.Request.Query["email"].ToString());
        var failures = new List<ValidationResult>();
        if (!Validator.TryValidateObject(payload, new ValidationContext(payload), failures, validateAllProperties: true))
            return BackgroundTaskResults.Invalid(new BackgroundTaskRefusedException(new Dictionary<string, string[]> { ["email"] = [.. failures.Select(failure => failure.ErrorMessage!)] }));
        try
        {
            backgroundTasks.AddTask<NotificationLog>((log, cancellationToken) => log.AppendAsync(payload.ToLine(), cancellationToken));
        }
        catch (BackgroundTaskQueueFullException full)
        {
            return BackgroundTaskResults.Unavailable(full);
        }

        return TypedResults.Ok(new SeedMessage("Notification sent in the background"));
    }
}

/// <summary>What the two endpoints that work for two seconds answer.</summary>
/// <param name="Result">Which work was done.</param>
internal sealed record SeedResult(string Result);

/// <summary>What the notification answers.</summary>
/// <param name="Message">That it was taken.</param>
internal sealed record SeedMessage(string Message);

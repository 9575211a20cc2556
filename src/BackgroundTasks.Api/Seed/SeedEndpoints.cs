using System.ComponentModel.DataAnnotations;
using BackgroundTasks.Api.Notifications;
using Microsoft.AspNetCore.Mvc;

namespace BackgroundTasks.Api.Seed;

/// <summary>The endpoints of the article that this service comes from, to the letter, without its bugs.</summary>
internal static class SeedEndpoints
{
    private static readonly TimeSpan Work = TimeSpan.FromSeconds(2);

    public static void AddSeed(this IServiceCollection services) => services.AddSingleton<BlockingPool>();

    public static RouteGroupBuilder MapSeed(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");
        group.MapStartTask();
        var seed = group.MapGroup("").WithTags("As in FastAPI");
        seed.MapPost("/sync_endpoint", SyncAsync).WithName("SyncEndpoint").WithSummary("Two seconds of blocking work, off the request threads")
            .Produces<SeedResult>().Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");
        seed.MapPost("/async_endpoint", AwaitAsync).WithName("AsyncEndpoint").WithSummary("Two seconds of awaited work")
            .Produces<SeedResult>();
        seed.MapGet("/send-notification", SendNotification).WithName("SendNotification").WithSummary("Answers at once; the notification is written after the response")
            .Produces<SeedMessage>().Produces<ProblemDetails>(StatusCodes.Status400BadRequest, "application/problem+json")
            .Produces<ProblemDetails>(StatusCodes.Status503ServiceUnavailable, "application/problem+json");
        return group;
    }

    private static async Task<IResult> SyncAsync(BlockingPool pool, TimeProvider timeProvider)
    {
        if (!pool.TryRun(() => SimulatedWork.Block(Work, timeProvider), out var completion))
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

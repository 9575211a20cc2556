using BackgroundTasks.Http.OpenApi;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BackgroundTasks.Api.Hosting;

/// <summary><c>/health/live</c>: the process serves. <c>/health/ready</c>: it accepts tasks. Endpoints like any other, so that they are in Swagger and their 503 is a problem.</summary>
internal static class HealthEndpoints
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var health = endpoints.MapGroup("/health").WithTags("Health");
        health.MapMethods("/live", GetOrHead, Live).WithName("GetLiveness")
            .WithSummary("Healthy while the process serves").Answers<string>(StatusCodes.Status200OK, "The process serves: Healthy.", "text/plain");
        health.MapMethods("/ready", GetOrHead, ReadyAsync).WithName("GetReadiness")
            .WithSummary("Healthy, or Degraded when a queue is nearly full, while tasks are accepted")
            .Answers<string>(StatusCodes.Status200OK, "Tasks are accepted: Healthy, or Degraded.", "text/plain")
            .Refuses(StatusCodes.Status503ServiceUnavailable, "No tasks are accepted now; the detail says why.");
    }

    private static IResult Live(HttpContext context) => Answer(context, HealthStatus.Healthy);

    private static async Task<IResult> ReadyAsync(HttpContext context, HealthCheckService checks, DataDirectory data)
    {
        var report = await checks.CheckHealthAsync(static check => check.Tags.Contains("ready"), context.RequestAborted);
        if (report.Status is not HealthStatus.Unhealthy)
            return Answer(context, report.Status);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = "5";

        // Where the files are concerns nobody but the log.
        var reasons = string.Join(' ', report.Entries.Values.Select(static entry => entry.Description).Where(static reason => reason is not null));
        await ProblemPages.WriteAsync(context, reasons.Replace(data.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal));
        return Results.Empty;
    }

    private static IResult Answer(HttpContext context, HealthStatus status)
    {
        context.Response.Headers.CacheControl = "no-store, no-cache";
        return HttpMethods.IsHead(context.Request.Method) ? TypedResults.StatusCode(StatusCodes.Status200OK) : TypedResults.Text($"{status}");
    }
}

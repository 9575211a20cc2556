using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace BackgroundTasks.Api.Hosting;

/// <summary><c>/health/live</c>: the process serves. <c>/health/ready</c>: it accepts tasks.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false });
        endpoints.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains("ready") });
    }
}

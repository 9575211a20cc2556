using System.Globalization;
using System.Threading.RateLimiting;
using BackgroundTasks.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// How much one client (by its remote address) may submit: <c>BackgroundTasks:ClientLimit:Permits</c> in each <c>Window</c>; off by default.
/// Reading is not limited.
/// </summary>
internal static class ClientLimit
{
    private const string Setting = "BackgroundTasks:ClientLimit";
    private const string Policy = "client";

    public static void AddClientLimit(this WebApplicationBuilder builder)
    {
        if (Read(builder.Configuration) is not { Permits: { } permits, Window: var window })
            return;
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = static (rejected, _) => RejectAsync(rejected);
            limiter.AddPolicy(Policy, context => RateLimitPartition.GetFixedWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window }));
        });
    }

    public static void UseClientLimit(this WebApplication app)
    {
        if (Read(app.Configuration).Permits is not null)
            app.UseRateLimiter();
    }

    /// <summary>Adds the limit to those endpoints of a group that submit.</summary>
    /// <param name="endpoints">The endpoints.</param>
    public static void LimitSubmits(this IEndpointConventionBuilder endpoints) => endpoints.Finally(static endpoint =>
    {
        if (!endpoint.Metadata.OfType<SubmitMetadata>().Any())
            return;
        endpoint.Metadata.Add(new EnableRateLimitingAttribute(Policy));
        endpoint.Metadata.Add(new ProducesResponseTypeAttribute(typeof(ProblemResponse), StatusCodes.Status429TooManyRequests, "application/problem+json") { Description = "This client has submitted as much as it may for now." });
        endpoint.Metadata.Add(new ResponseHeaderMetadata(StatusCodes.Status429TooManyRequests, "Retry-After", "Seconds to wait before trying again."));
    });

    private static ValueTask RejectAsync(OnRejectedContext rejected)
    {
        var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return new(ProblemPages.WriteAsync(rejected.HttpContext, "This client has submitted as much as it may for now. Try again when Retry-After is over."));
    }

    private static ClientLimitOptions Read(IConfiguration configuration)
    {
        var limit = configuration.GetSection(Setting).Get<ClientLimitOptions>() ?? new();
        if (limit.Permits is < 1)
            throw new InvalidOperationException($"{Setting}:Permits is {limit.Permits}; set it to 1 or more, or leave it out for no limit.");
        if (limit.Window <= TimeSpan.Zero || limit.Window > TimeSpan.FromDays(1))
            throw new InvalidOperationException($"{Setting}:Window is {limit.Window:c}; set it to a time of up to a day, written as hours:minutes:seconds.");
        return limit;
    }
}

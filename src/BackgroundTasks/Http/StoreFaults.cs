using BackgroundTasks.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Http;

/// <summary>A store that cannot be used now is a 503, and its cause is in the log.</summary>
internal static class StoreFaults
{
    /// <summary>Around the whole endpoint: an endpoint filter would allocate for each request.</summary>
    public static TBuilder AnswersStoreFaults<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Finally(static endpoint =>
        {
            if (endpoint.RequestDelegate is { } inner)
                endpoint.RequestDelegate = context => AnswerAsync(inner, context);
        });
        return endpoints;
    }

    private static async Task AnswerAsync(RequestDelegate inner, HttpContext context)
    {
        try
        {
            await inner(context);
        }
        catch (BackgroundTaskStoreException exception) when (!context.Response.HasStarted)
        {
            SafeLog.Write(() => Log.StoreFailed(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StoreFaults).FullName!), exception));
            await Problems.StoreUnavailable().ExecuteAsync(context);
        }
    }
}

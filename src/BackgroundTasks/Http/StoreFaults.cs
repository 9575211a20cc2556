using BackgroundTasks.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Http;

/// <summary>A store that cannot be used now is a 503, and its cause is in the log.</summary>
internal static class StoreFaults
{
    public static TBuilder AnswersStoreFaults<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.AddEndpointFilter(static async (context, next) =>
        {
            try
            {
                return await next(context);
            }
            catch (BackgroundTaskStoreException exception)
            {
                Log.StoreFailed(context.HttpContext.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StoreFaults).FullName!), exception);
                return Problems.StoreUnavailable();
            }
        });
}

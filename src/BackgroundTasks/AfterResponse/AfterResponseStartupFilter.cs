using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.AfterResponse;

/// <summary>
/// Stands around the whole pipeline to see an exception that nobody handles. A server may complete such a request all the same (Kestrel)
/// or not (the test server), so its work is discarded here.
/// </summary>
internal sealed class AfterResponseStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static inner => context => RunAsync(inner, context));
        next(app);
    };

    private static async Task RunAsync(RequestDelegate inner, HttpContext context)
    {
        try
        {
            await inner(context);
        }
        catch
        {
            AfterResponseList.DiscardOf(context);
            throw;
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.AfterResponse;

/// <summary>
/// Stands around the whole pipeline to see an exception that nobody handles. A server may complete such a request all the same (Kestrel)
/// or not (the test server), so its work is discarded here. So is that of an exception because the client has left: whoever handles that one leaves only
/// the status 499, which the server itself sets later on every request whose client has left, also if its endpoint returned.
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
            if (context.Response.StatusCode == StatusCodes.Status499ClientClosedRequest && context.RequestAborted.IsCancellationRequested)
                AfterResponseList.DiscardOf(context);
        }
        catch
        {
            AfterResponseList.DiscardOf(context);
            throw;
        }
    }
}

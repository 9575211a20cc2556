using BackgroundTasks.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.AfterResponse;

/// <summary>
/// Stands around the whole pipeline: for as long, the request is the current one. It sees an exception that nobody handles: a server may complete such a request
/// all the same (Kestrel) or not (the test server), so its work is discarded here. So is that of an exception because the client has left: whoever handles that one leaves only
/// the status 499, which the server itself sets later on every request whose client has left, also if its endpoint returned.
/// </summary>
internal sealed class AfterResponseStartupFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(static inner => context => Run(inner, context));
        next(app);
    };

    private static Task Run(RequestDelegate inner, HttpContext context)
    {
        var request = CurrentRequest.Begin(context);
        Task answered;
        try
        {
            answered = inner(context);
        }
        catch
        {
            AfterResponseList.DiscardOf(context);
            request.End();
            throw;
        }

        // Most requests are answered by now: they need no state machine.
        if (!answered.IsCompletedSuccessfully)
            return AwaitAsync(answered, context, request);
        DiscardIfLeft(context);
        request.End();
        return Task.CompletedTask;
    }

    private static async Task AwaitAsync(Task answered, HttpContext context, CurrentRequest request)
    {
        try
        {
            await answered;
            DiscardIfLeft(context);
        }
        catch
        {
            AfterResponseList.DiscardOf(context);
            throw;
        }
        finally
        {
            request.End();
        }
    }

    private static void DiscardIfLeft(HttpContext context)
    {
        if (context.Response.StatusCode == StatusCodes.Status499ClientClosedRequest && context.RequestAborted.IsCancellationRequested)
            AfterResponseList.DiscardOf(context);
    }
}

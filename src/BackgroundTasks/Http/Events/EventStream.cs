using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http.Events;

/// <summary>Answers with events until there are no more, the client leaves, or the process stops. HEAD gets the headers alone.</summary>
internal abstract class EventStream : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => StatusCodes.Status200OK;

    protected StreamSignal Signal { get; } = new();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return;
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        var services = httpContext.RequestServices;
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        await using var over = ending.Token.UnsafeRegister(static signal => ((StreamSignal)signal!).Set(StreamWake.Over), Signal);
        using var ticks = services.GetRequiredService<EventTicker>().Add(Signal);
        var writer = new EventWriter(response.BodyWriter, RoutePrefix.Of(httpContext), services.GetRequiredService<IOptions<BackgroundTasksOptions>>().Value.Retention);
        try
        {
            await RunAsync(httpContext, writer, ending.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && ending.IsCancellationRequested)
        {
            // The end of a stream, not a failure: the client has left while it was written to, or the process stops.
        }
    }

    /// <summary>Writes the events.</summary>
    protected abstract Task RunAsync(HttpContext context, EventWriter writer, CancellationToken cancellationToken);
}

using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>A service on a real Kestrel whose answers a test writes.</summary>
internal sealed class Stub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<string> _requests = Channel.CreateUnbounded<string>();

    private Stub(WebApplication app) => _app = app;

    public static async Task<Stub> StartAsync(Uri address, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        var stub = new Stub(builder.Build());
        stub._app.Run(async context =>
        {
            stub._requests.Writer.TryWrite($"{context.Request.Method} {context.Request.Path}");
            await answer(context);
        });
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>The next request that has come.</summary>
    public Task<string> NextRequestAsync() => _requests.Reader.ReadAsync().AsTask().WaitAsync(Clients.Guard);

    public static string Task(string status, int version = 1) =>
        $$"""{"id":"a1","type":"held","queue":"default","status":"{{status}}","version":{{version}},"result":{{(status == "succeeded" ? "\"done\"" : "null")}}}""";

    public static string Event(string name, string status, int version, string? id) =>
        $"event: {name}\ndata: {Task(status, version)}\n{(id is null ? "" : $"id: {id}\n")}\n";

    /// <summary>Writes a piece of a stream, and it is on its way.</summary>
    public static async Task SendAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(text);
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Holds a request until the service goes.</summary>
    public static async Task HoldAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var given = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public async ValueTask DisposeAsync()
    {
        // At once: what is held is broken off, as when a process ends.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

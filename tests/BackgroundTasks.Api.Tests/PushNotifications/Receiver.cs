using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Api.Tests.PushNotifications;

/// <summary>A receiver of push notifications: a real server on a free port of this host.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();

    private Receiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>Starts one that keeps what it gets and answers as it is told.</summary>
    public static async Task<Receiver> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            receiver._received.Writer.TryWrite(new Received(context.Request.Path, headers, await reader.ReadToEndAsync()));
            await answer(context);
        });
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask<Received> NextAsync() => _received.Reader.ReadAsync();

    public bool HasMore => _received.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A request that a receiver got.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body);

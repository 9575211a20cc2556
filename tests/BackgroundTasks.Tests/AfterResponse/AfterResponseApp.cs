using System.Collections.Concurrent;
using System.Threading.Channels;
using BackgroundTasks.AfterResponse;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.AfterResponse;

/// <summary>An application on a real server, or on the test server, that tells when a request has wholly ended.</summary>
internal sealed class AfterResponseApp : IAsyncDisposable, IStartupFilter
{
    private readonly Channel<string> _ended = Channel.CreateUnbounded<string>();
    private readonly bool _testServer;

    private AfterResponseApp(bool testServer, string environment, Action<WebApplicationBuilder>? configure)
    {
        _testServer = testServer;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders().AddProvider(Log);
        if (testServer) builder.WebHost.UseTestServer();
        else builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IStartupFilter>(this);
        configure?.Invoke(builder);
        builder.Services.AddAfterResponse();
        Host = builder.Build();
    }

    public WebApplication Host { get; }

    public LogRecorder Log { get; } = new();

    /// <summary>What the work of the test noted, in order.</summary>
    public ConcurrentQueue<string> Ran { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    public AfterResponseRunner Runner => Host.Services.GetRequiredService<AfterResponseRunner>();

    public static async Task<AfterResponseApp> StartAsync(
        Action<AfterResponseApp> map,
        Action<BackgroundTasksOptions>? options = null,
        Action<WebApplicationBuilder>? configure = null,
        bool testServer = false,
        string environment = "Production")
    {
        var app = new AfterResponseApp(testServer, environment, builder =>
        {
            if (options is not null) builder.Services.Configure(options);
            configure?.Invoke(builder);
        });
        map(app);
        await app.Host.StartAsync();
        app.Client = testServer ? app.Host.GetTestClient() : new HttpClient { BaseAddress = new Uri(app.Host.Urls.Single()) };
        return app;
    }

    public void Map(string pattern, Delegate handler) => Host.MapGet(pattern, handler);

    /// <summary>Sends a request, whatever becomes of it, and waits until the server has ended it.</summary>
    public async Task<HttpResponseMessage?> GetAsync(string path)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await Client.GetAsync(new Uri(path, UriKind.Relative)).Guarded();
        }
        catch (Exception exception) when (exception is not TimeoutException)
        {
            // The test server lets the endpoint's exception through; a real one breaks a response off.
        }

        await EndedAsync();
        return response;
    }

    /// <summary>The next request has ended: all that the server does for it is done.</summary>
    public Task<string> EndedAsync() => _ended.Reader.ReadAsync().AsTask().Guarded();

    /// <summary>All work that was handed over until now has run.</summary>
    public Task SettleAsync() => Runner.DrainAsync(CancellationToken.None).Guarded();

    public Func<IServiceProvider, CancellationToken, Task> Note(string what) => (_, _) =>
    {
        Ran.Enqueue(what);
        return Task.CompletedTask;
    };

    // The outermost: its callback on the response is the first one in, so the last one out.
    Action<IApplicationBuilder> IStartupFilter.Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(inner => async context =>
        {
            var path = context.Request.Path.Value!;
            context.Response.OnCompleted(() => _ended.Writer.WriteAsync(path).AsTask());
            try
            {
                await inner(context);
            }
            catch when (_testServer)
            {
                _ended.Writer.TryWrite(path);
                throw;
            }
        });
        next(app);
    };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}

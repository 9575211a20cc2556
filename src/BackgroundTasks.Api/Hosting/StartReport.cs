using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>The first lines of the log: where to go, and what there is.</summary>
internal sealed class StartReport(IServer server, DataDirectory data, IConfiguration configuration, IOptions<BackgroundTasksOptions> options, ILogger<StartReport> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>When the server listens.</summary>
    /// <param name="cancellationToken">Not heeded.</param>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses)
            HostingLog.Listening(logger, address);
        if (addresses.Select(PageOf).FirstOrDefault(static page => page is not null) is { } swagger)
            HostingLog.Swagger(logger, swagger);
        HostingLog.DataFolder(logger, data.Path);
        if (TaskStorage.IsInMemory(configuration))
            HostingLog.InMemory(logger);
        HostingLog.Queues(logger, string.Join(", ", Queues().OrderBy(static queue => queue.Key, StringComparer.Ordinal).Select(static queue => $"{queue.Key} ({queue.Value.Workers} workers, of these {Math.Min(queue.Value.Workers, queue.Value.BlockingWorkers)} for blocking handlers)")));
        HostingLog.Serving(logger);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private Dictionary<string, BackgroundTaskQueueOptions> Queues()
    {
        var queues = new Dictionary<string, BackgroundTaskQueueOptions>(options.Value.Queues);
        queues.TryAdd(BackgroundTasksOptions.DefaultQueue, new());
        return queues;
    }

    /// <summary>Swagger's address for a browser on this machine; null at a Unix socket. "Every address" is none that a browser can open.</summary>
    private static string? PageOf(string address)
    {
        var parts = BindingAddress.Parse(address);
        if (parts.IsUnixPipe || parts.IsNamedPipe)
            return null;
        var host = parts.Host is "0.0.0.0" or "[::]" or "*" or "+" ? "localhost" : parts.Host;
        return $"{parts.Scheme}://{host}:{parts.Port}{parts.PathBase}/swagger";
    }
}

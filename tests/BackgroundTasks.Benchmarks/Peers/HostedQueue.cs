using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Benchmarks;

/// <summary>As Microsoft's documentation has it: a bounded channel of delegates, and a hosted service that runs one after the other. No scope, no id, no result.</summary>
internal sealed partial class HostedQueue(RunCounter counter, ILogger<HostedQueue> logger) : BackgroundService, IQueuePeer
{
    private readonly Channel<Func<CancellationToken, ValueTask>> _queue = Channel.CreateBounded<Func<CancellationToken, ValueTask>>(10_000);

    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<HostedQueue>();
        services.AddSingleton<IQueuePeer>(provider => provider.GetRequiredService<HostedQueue>());
        services.AddHostedService(provider => provider.GetRequiredService<HostedQueue>());
    }

    public ValueTask EnqueueAsync(string text) => _queue.Writer.WriteAsync(_ =>
    {
        GC.KeepAlive(text);
        counter.Ran();
        return default;
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var work in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await work(stoppingToken);
            }
            catch (Exception exception)
            {
                // The boundary of the queue: the next one is run all the same.
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "A task failed.")]
    private partial void LogFailed(Exception exception);
}

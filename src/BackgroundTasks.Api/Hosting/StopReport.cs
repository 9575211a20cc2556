using Microsoft.Extensions.Options;

namespace BackgroundTasks.Api.Hosting;

/// <summary>The last lines of the log: what a stop waits for and how long, and what becomes of the tasks that it did not wait for.</summary>
internal sealed class StopReport(
    IBackgroundTaskStore store, IConfiguration configuration, IOptions<BackgroundTasksOptions> options, ServiceLifetime lifetime, ILogger<StopReport> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Hosted services stop in the opposite order: this one is added last, and speaks before the first waits.</summary>
    /// <param name="cancellationToken">Not heeded: the counts cost nothing.</param>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var queues = (await store.GetOverviewAsync(CancellationToken.None)).Queues;
        var (running, queued) = (queues.Sum(static queue => queue.Running), queues.Where(static queue => !queue.Paused).Sum(static queue => queue.Queued));
        if (running + queued == 0)
            HostingLog.Stopping(logger);
        else if (lifetime.IsInterrupted)
            HostingLog.StoppingByKeyboard(logger, running, queued, options.Value.DrainTimeout.TotalSeconds);
        else
            HostingLog.Draining(logger, running, queued, options.Value.DrainTimeout.TotalSeconds);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var queues = (await store.GetOverviewAsync(CancellationToken.None)).Queues;
        var unfinished = queues.Sum(static queue => queue.Running + queue.Queued);
        if (TaskStorage.IsInMemory(configuration) && unfinished + queues.Sum(static queue => queue.Scheduled) is > 0 and var lost)
            HostingLog.StoppedWithLoss(logger, lost);
        else if (unfinished > 0)
            HostingLog.StoppedBeforeTheEnd(logger, unfinished);
        else
            HostingLog.Stopped(logger);
    }
}

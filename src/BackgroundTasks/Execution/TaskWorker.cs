using BackgroundTasks.AfterResponse;
using BackgroundTasks.Diagnostics;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>
/// Drains the queues: opens the store before the first request, runs what is queued, and at the end lets it finish.
/// The drain runs while the server still listens, so that polls, and the refusals of submits, still reach their clients.
/// </summary>
internal sealed class TaskWorker(
    IBackgroundTaskStore store, TaskExecutor executor, TypeLimits limits, TaskTypeRegistry types, Gate gate, AfterResponseRunner afterResponse, TaskMetrics metrics, TimeProvider timeProvider,
    IOptions<BackgroundTasksOptions> options, ILogger<TaskWorker> logger) : BackgroundService, IHostedLifecycleService
{
    private readonly TaskCompletionSource<bool> _mayRun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private QueueWorkers[] _queues = [];
    private DateTimeOffset _startedAt;
    private int _stopping;

    /// <summary>The workers of a queue; null where no such queue is set up, or the host has not started.</summary>
    public QueueWorkers? Find(string queue) => Array.Find(_queues, workers => workers.Queue == queue);

    /// <summary>Heeds what the store keeps of a queue's pause.</summary>
    public void SetPaused(string queue, bool paused)
    {
        if (Find(queue) is not { } found)
            return;
        if (paused)
            found.Pause();
        else
            found.Resume();
    }

    /// <summary>This process, as others see it.</summary>
    public BackgroundTaskNode Describe() => new(
        executor.Node, ProgramVersion.Current, _startedAt, timeProvider.GetUtcNow(), _queues.Sum(queue => queue.Workers), _queues.Sum(queue => queue.Busy));

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        _queues = [.. options.Value.AllQueues().Select(queue => new QueueWorkers(queue.Key, queue.Value, options.Value.TenantTag, limits, types, store, executor, timeProvider, logger))];
        metrics.Observe(_queues);
        _startedAt = timeProvider.GetUtcNow();
        foreach (var counts in (await store.GetOverviewAsync(cancellationToken)).Queues)
        {
            if (counts.Paused)
                SetPaused(counts.Queue, true);
            if (Find(counts.Queue) is null && counts.Scheduled + counts.Queued + counts.Running is > 0 and var waiting)
                SafeLog.Write(() => Log.NoSuchQueue(logger, counts.Queue, waiting));
        }
    }

    /// <summary>
    /// Not before every other part of the host has started, the server too: where one of them cannot, as by an address that is in use, the process ends,
    /// and each such start would cost the tasks a run.
    /// </summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _mayRun.TrySetResult(true);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopping, 1) != 0)
            return;
        if (_mayRun.TrySetResult(false))
        {
            gate.Shut();
            await gate.CloseAsync();
            return;
        }

        var drained = DrainAsync();
        try
        {
            await drained.WaitAsync(options.Value.DrainTimeout, timeProvider, cancellationToken);
            if (_queues.Sum(queue => queue.Waiting) is > 0 and var paused)
                SafeLog.Write(() => Log.LeftPaused(logger, paused));
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            gate.Shut();
            var waiting = _queues.Sum(queue => queue.Abandon());
            var interrupted = executor.InterruptAll();
            SafeLog.Write(() => Log.DrainTimeOver(logger, interrupted, waiting));

            // Handlers that heed their token end now; the host's own time-out bounds the wait for those that do not.
            await drained.WaitAsync(options.Value.StopGrace, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        foreach (var queue in _queues)
            queue.Dispose();
        base.Dispose();
    }

    /// <summary>
    /// Runs what was accepted, and what this submits while it runs. It is over when nothing runs, nothing is left to start, and nothing was submitted since that was looked at.
    /// </summary>
    private async Task DrainAsync()
    {
        await gate.CloseAsync();
        var settled = afterResponse.SettleAsync();
        await Task.WhenAll(_queues.Select(queue => queue.Taker.StopAsync()));
        while (true)
        {
            var left = gate.Left;
            await Task.WhenAll(_queues.Select(queue => queue.Taker.TakeWaitingAsync()));
            var quiet = Task.WhenAll([settled, .. _queues.Select(queue => queue.IdleAsync())]);
            await Task.WhenAny(quiet, gate.LeftSinceAsync(left));
            if (!quiet.IsCompleted)
                continue;
            await gate.CloseAsync();
            if (gate.TryShut(left))
                break;
        }

        // A resume that comes now must not start what is left; one that came a moment ago has.
        foreach (var queue in _queues)
            queue.Abandon();
        await Task.WhenAll(_queues.Select(queue => queue.IdleAsync()));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A host that fails to start is disposed of without a stop.
        using var disposed = stoppingToken.UnsafeRegister(static mayRun => ((TaskCompletionSource<bool>)mayRun!).TrySetResult(false), _mayRun);
        if (await _mayRun.Task)
            await Task.WhenAll(_queues.Select(queue => queue.Taker.TakeUntilStoppedAsync()));
    }
}

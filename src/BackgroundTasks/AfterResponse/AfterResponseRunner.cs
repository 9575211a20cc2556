using System.Diagnostics.CodeAnalysis;
using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Work = System.Func<System.IServiceProvider, System.Threading.CancellationToken, System.Threading.Tasks.Task>;

namespace BackgroundTasks.AfterResponse;

/// <summary>
/// Runs the lists that were handed over: side by side up to a bound, the work of one list in order. A run starts when a list comes and ends
/// when there is none, so nothing polls and no thread waits. When the host stops, it drains until the drain time is over.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer; work that does not listen may still hold its token when the services go.")]
internal sealed class AfterResponseRunner(
    AfterResponsePlaces places,
    AfterResponseExecutor executor,
    IOptions<BackgroundTasksOptions> options,
    TimeProvider timeProvider,
    IHostApplicationLifetime lifetime,
    ILogger<AfterResponseRunner> logger) : IHostedLifecycleService, IThreadPoolWorkItem
{
    private readonly AfterResponseQueue _queue = new(options.Value.AfterResponseConcurrency);
    private readonly CancellationTokenSource _givenUp = new();
    private readonly Lazy<long> _stopBegan = new(timeProvider.GetTimestamp);
    private Task _toldToStop = Task.CompletedTask;

    /// <summary>Queues work whose places are taken. Never blocks.</summary>
    public void HandOver(IReadOnlyList<Work> work)
    {
        if (!_queue.TryAdd(work, out var startsRun))
        {
            places.GiveBack(work.Count);
            SafeLog.Write(() => logger.TooLate(work.Count));
            return;
        }

        // Unsafe: the request's execution context, with its activity and its HttpContext, must not come along.
        if (startsRun) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Gives back the places of work that will not run.</summary>
    public void Discard(IReadOnlyList<Work> work)
    {
        places.GiveBack(work.Count);
        SafeLog.Write(() => logger.Discarded(work.Count));
    }

    /// <summary>Completes when all that was handed over until now has run, or was given up.</summary>
    public Task SettleAsync() => _queue.WaitForAllUntilNowAsync();

    /// <summary>
    /// Waits until all that was handed over until now has run; what comes meanwhile runs too but is not waited for, or a busy server would never stop.
    /// When the token fires, what runs is told to stop and the rest is given up; from then on there is nothing to wait for here.
    /// </summary>
    public async Task DrainAsync(CancellationToken drainIsOver)
    {
        _ = _stopBegan.Value;
        if (_givenUp.IsCancellationRequested) return;
        try
        {
            await _queue.WaitForAllUntilNowAsync().WaitAsync(drainIsOver);
        }
        catch (OperationCanceledException) when (drainIsOver.IsCancellationRequested)
        {
            GiveUp();
        }
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        // The drain time is one for the whole process: services are told one after the other, and this one runs its work while another drains.
        lifetime.ApplicationStopping.UnsafeRegister(static began => _ = ((Lazy<long>)began!).Value, _stopBegan);
        return Task.CompletedTask;
    }

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The server still listens.</summary>
    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => DrainInTimeAsync(cancellationToken);

    /// <summary>The server has stopped, where it was registered last as usual, and the services that were registered earlier have not yet.</summary>
    Task IHostedService.StopAsync(CancellationToken cancellationToken) => DrainInTimeAsync(cancellationToken);

    /// <summary>The server has stopped for certain: nothing but the work itself can add work any more.</summary>
    async Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken)
    {
        do await DrainInTimeAsync(cancellationToken);
        while (!_queue.IsDone);

        // What was told to stop may clean up as long as the host waits: its services are disposed next.
        await Task.WhenAll(_toldToStop, _queue.WaitForAllUntilNowAsync()).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    void IThreadPoolWorkItem.Execute() => _ = RunListsAsync();

    private async Task DrainInTimeAsync(CancellationToken hostGivesUp)
    {
        var left = options.Value.DrainTimeout - timeProvider.GetElapsedTime(_stopBegan.Value);
        using var timeIsUp = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, timeProvider);
        using var drainIsOver = CancellationTokenSource.CreateLinkedTokenSource(timeIsUp.Token, hostGivesUp);
        await DrainAsync(drainIsOver.Token);
    }

    private void GiveUp()
    {
        var (unfinished, dropped) = _queue.Close();
        if (unfinished == 0) return;
        SafeLog.Write(() => logger.Lost(unfinished));
        places.GiveBack(dropped);
        _toldToStop = TellToStopAsync();
    }

    private async Task TellToStopAsync()
    {
        try
        {
            await _givenUp.CancelAsync();
        }
        catch (AggregateException exception)
        {
            SafeLog.Write(() => logger.StopFailed(exception));
        }
    }

    /// <summary>One run. Nobody awaits it: the executor lets nothing through.</summary>
    private async Task RunListsAsync()
    {
        while (_queue.TryTake(out var entry))
        {
            foreach (var work in entry.Work)
            {
                if (!_givenUp.IsCancellationRequested) await executor.RunAsync(work, _givenUp.Token);
                places.GiveBack(1);
                _queue.PieceEnded();
            }

            _queue.Ended(entry);
        }
    }
}

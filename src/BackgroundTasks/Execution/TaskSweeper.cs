using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>Keeps the retention: removes ended tasks past their time or over the number, in small batches, oldest first.</summary>
internal sealed class TaskSweeper(IBackgroundTaskStore store, BackgroundTaskClock clock, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options, ILogger<TaskSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _finished;

    /// <summary>After how many ended tasks the number is looked at: a hundredth of it, so that it is never passed by more.</summary>
    private int Batch => Math.Clamp(options.Value.MaxRetained / 100, 1, 1_000);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = store.Subscribe(OnChange);
        var pause = options.Value.Retention / 10 is var tenth && tenth < LongestPause ? tenth : LongestPause;
        using var timer = timeProvider.CreateTimer(_ => Wake(), null, pause, pause);
        try
        {
            while (true)
            {
                await _wake.WaitAsync(stoppingToken);
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await store.PurgeAsync(clock.SteadyNow - options.Value.Retention, options.Value.MaxRetained, cancellationToken))
                await Task.Yield();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The boundary of the sweeper: a store that cannot remove now is asked again at the next wake.
            SafeLog.Write(() => Log.SweepFailed(logger, exception));
        }
    }

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Task is { IsTerminal: true } && Interlocked.Increment(ref _finished) % Batch == 0)
            Wake();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }
}

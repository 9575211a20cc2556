using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>
/// Queues scheduled tasks when their time has come: one timer, armed for the earliest of them.
/// At the start it queues again what ran when the process before it ended.
/// </summary>
internal sealed class TaskClock(
    IBackgroundTaskStore store, TaskChanger changer, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options, ILogger<TaskClock> logger) : BackgroundService
{
    private const int Batch = 1_000;

    /// <summary>So soon it is noticed that the wall clock was set, which tasks that wait for a time of day follow.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);

    /// <summary>After a store that failed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _wake = new(1, 1);

    /// <summary>The timestamp at which the timer wakes it.</summary>
    private long _armedFor = long.MaxValue;

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = store.Subscribe(OnChange);
        await using var timer = timeProvider.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (true)
            {
                await _wake.WaitAsync(stoppingToken);
                Interlocked.Exchange(ref _armedFor, long.MaxValue);
                if (await ReleaseAsync(stoppingToken) is { } next)
                    Arm(timer, next);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Queues what is due.</summary>
    /// <returns>The timestamp at which to look again; null: not by the clock.</returns>
    private async Task<long?> ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // In this order: time that goes on between the two makes it look too early, and once more, not too late.
                var (read, now) = (timeProvider.GetTimestamp(), timeProvider.GetUtcNow());
                var due = await store.ListDueAsync(now, Batch, cancellationToken);
                await Task.WhenAll(due.Tasks.Where(task => task.State is BackgroundTaskState.Running).Select(task => RecoverAsync(task, cancellationToken)));
                foreach (var task in due.Tasks)
                {
                    // Outdated: canceled meanwhile.
                    if (task.Release(timeProvider.GetUtcNow()) is { } released)
                        await store.TrySwapAsync(task, released, StoreWrite.Behind, cancellationToken);
                }

                if (due.Tasks.Count < Batch)
                    return due.Next is { } next ? After(read, next - now) : null;
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The boundary of the clock: a store that fails now is asked again.
            SafeLog.Write(() => Log.ClockFailed(logger, exception));
            return After(timeProvider.GetTimestamp(), Pause);
        }
    }

    private async Task RecoverAsync(BackgroundTask lost, CancellationToken cancellationToken)
    {
        var (found, changed) = await changer.ApplyAsync(
            lost.Id, lost, (lost, task) => task.IsRun(lost.Node!, lost.Run) ? task.Recover(options.Value.MaxLostRuns, timeProvider.GetUtcNow()) : null, cancellationToken, lost);
        if (changed)
            SafeLog.Write(() => Log.RunLost(logger, lost.Type, lost.Id.ToString("N"), found!.LostRuns, options.Value.MaxLostRuns));
    }

    private void Arm(ITimer timer, long next)
    {
        var left = timeProvider.GetElapsedTime(timeProvider.GetTimestamp(), next);
        left = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Clamp(left.TotalMilliseconds, 0, LongestSleep.TotalMilliseconds)));

        // First said, then armed: a task that comes in between and is due earlier wakes the clock itself.
        Interlocked.Exchange(ref _armedFor, next);
        timer.Change(left, Timeout.InfiniteTimeSpan);

        // Time that went on between the reading and the arming has passed it by.
        if (timeProvider.GetTimestamp() >= next)
            Wake();
    }

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Kind is BackgroundTaskChangeKind.Missed)
            Wake();
        else if (change.Task is { State: BackgroundTaskState.Scheduled, ScheduledFor: { } at } && After(timeProvider.GetTimestamp(), at - timeProvider.GetUtcNow()) < Interlocked.Read(ref _armedFor))
            Wake();
    }

    /// <summary>Half of what there is at most: further off is never, and must not come round as a time long over.</summary>
    private long After(long timestamp, TimeSpan pause) =>
        timestamp + (long)Math.Clamp(pause.TotalSeconds * timeProvider.TimestampFrequency, -(long.MaxValue / 2), long.MaxValue / 2);

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
        catch (ObjectDisposedException)
        {
            // Stopped.
        }
    }
}

using System.Globalization;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.AfterResponse;

/// <summary>
/// Bounds the work that waits: a piece takes a place when it is added, before its response is sent,
/// and gives it back once it has run or was discarded.
/// </summary>
internal sealed class AfterResponsePlaces(IOptions<BackgroundTasksOptions> options)
{
    private readonly int _max = options.Value.MaxPendingAfterResponse;
    private int _taken;

    /// <exception cref="BackgroundTaskQueueFullException">None is free.</exception>
    public void Take()
    {
        if (Interlocked.Increment(ref _taken) <= _max) return;
        Interlocked.Decrement(ref _taken);
        throw new BackgroundTaskQueueFullException(string.Create(
            CultureInfo.InvariantCulture,
            $"{_max} pieces of work already wait to run after their responses. Try again later, or raise BackgroundTasks:{nameof(BackgroundTasksOptions.MaxPendingAfterResponse)}."));
    }

    public void GiveBack(int count) => Interlocked.Add(ref _taken, -count);
}

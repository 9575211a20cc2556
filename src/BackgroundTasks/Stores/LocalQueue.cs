using System.Threading.Channels;

namespace BackgroundTasks.Stores;

/// <summary>A queue of the local store: the channel from which its workers take, and how many tasks it has in each state. The queued count is what its capacity bounds.</summary>
internal sealed class LocalQueue(string name, Func<Guid, long, bool> isCurrent)
{
    private readonly long[] _counts = new long[6];

    private readonly QueuedOrder _queued = new(isCurrent);

    /// <summary>Nothing of it is started.</summary>
    public bool IsPaused { get; set; }

    public Channel<BackgroundTask> Channel { get; } = System.Threading.Channels.Channel.CreateUnbounded<BackgroundTask>(new() { SingleReader = true });

    public bool TryReserve(int capacity)
    {
        ref var queued = ref _counts[(int)BackgroundTaskState.Queued];
        if (Interlocked.Increment(ref queued) <= capacity)
            return true;
        Interlocked.Decrement(ref queued);
        return false;
    }

    public void Count(BackgroundTaskState state, int by) => Interlocked.Add(ref _counts[(int)state], by);

    public void Move(BackgroundTaskState from, BackgroundTaskState target)
    {
        if (from == target)
            return;
        Count(target, 1);
        Count(from, -1);
    }

    /// <summary>Hands a queued task to the workers.</summary>
    public void Offer(BackgroundTask task, TimeSpan skew)
    {
        _queued.Add(task, Of(BackgroundTaskState.Queued), skew);
        Channel.Writer.TryWrite(task);
    }

    public QueueCounts Read(TimeSpan skew) => new(name, Of(BackgroundTaskState.Scheduled), Of(BackgroundTaskState.Queued), Of(BackgroundTaskState.Running), Of(BackgroundTaskState.Succeeded), Of(BackgroundTaskState.Failed), Of(BackgroundTaskState.Canceled))
    {
        OldestQueuedAt = _queued.Oldest(skew),
        Paused = IsPaused,
    };

    private long Of(BackgroundTaskState state) => Interlocked.Read(ref _counts[(int)state]);
}

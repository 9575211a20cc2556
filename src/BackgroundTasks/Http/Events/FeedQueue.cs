namespace BackgroundTasks.Http.Events;

/// <summary>
/// What one stream of all tasks has still to write: of each task the latest state that its filter selects, in the order of their first change.
/// Bounded: a client that falls behind by more than it holds is cut off, and connects again.
/// </summary>
internal sealed class FeedQueue(BackgroundTaskFilter filter, StreamSignal signal)
{
    /// <summary>How many tasks may wait to be written.</summary>
    public const int MaxTasks = 4_096;

    /// <summary>How many bytes of payloads and results may wait with them.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private OrderedDictionary<Guid, BackgroundTask> _pending = [];
    private long _bytes;
    private bool _overflowed;

    public void Offer(BackgroundTask task)
    {
        if (!filter.Matches(task))
            return;
        lock (_lock)
        {
            if (_overflowed)
                return;
            if (_pending.TryGetValue(task.Id, out var earlier))
                _bytes -= SizeOf(earlier);
            _pending[task.Id] = task;
            _bytes += SizeOf(task);
            if (_pending.Count > MaxTasks || _bytes > MaxBytes)
            {
                _overflowed = true;
                _pending = [];
            }
        }

        signal.Set(StreamWake.Changed);
    }

    /// <summary>Takes all that waits; null where it was too much.</summary>
    public IReadOnlyCollection<BackgroundTask>? TakeAll()
    {
        lock (_lock)
        {
            if (_overflowed)
                return null;
            if (_pending.Count == 0)
                return [];
            var taken = _pending.Values;
            _pending = [];
            _bytes = 0;
            return taken;
        }
    }

    private static long SizeOf(BackgroundTask task) => task.Submission.Payload.Length + task.Result.Length;
}

namespace BackgroundTasks.Stores;

/// <summary>
/// When scheduled tasks are due, in two heaps by time and order of arrival: those that wait for a span of time, which go by the elapsed time,
/// and those that wait for a time of day, which follow the wall clock when it is set.
/// What is no longer scheduled stays until its time, or until half is such.
/// </summary>
internal sealed class DueTimes
{
    private readonly Lock _lock = new();
    private PriorityQueue<Scheduled, (long Ticks, long Arrival)> _delayed = new();
    private PriorityQueue<Scheduled, (long Ticks, long Arrival)> _timed = new();
    private List<(Scheduled Item, BackgroundTask Task)> _taken = [];
    private long _arrivals;
    private int _stale;

    /// <summary>A task waits.</summary>
    /// <param name="entry">The entry of the task.</param>
    /// <param name="scheduled">The task as it was scheduled: the entry may have been changed by another since.</param>
    /// <param name="skew">By how much the wall clock has been set, for one that waits for a span of time; null: it waits for a time of day.</param>
    public void Add(TaskEntry entry, BackgroundTask scheduled, TimeSpan? skew)
    {
        var at = scheduled.ScheduledFor!.Value.UtcTicks;
        var item = new Scheduled(entry, scheduled.Version, at, at - skew?.Ticks);
        lock (_lock)
            Enqueue(item);
    }

    /// <summary>A task is no longer scheduled though its time had not come.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            if (++_stale <= 64 + ((_delayed.Count + _timed.Count) / 2))
                return;
            _delayed = new(_delayed.UnorderedItems.Where(static item => item.Element.IsOpen));
            _timed = new(_timed.UnorderedItems.Where(static item => item.Element.IsOpen));
            _stale = 0;
        }
    }

    /// <summary>What is due, those due first going first; what is still scheduled at the next call is due again.</summary>
    /// <param name="now">What the wall clock shows.</param>
    /// <param name="skew">By how much it has been set.</param>
    /// <param name="limit">How many at most.</param>
    public (IEnumerable<BackgroundTask> Due, DateTimeOffset? Next) Take(DateTimeOffset now, TimeSpan skew, int limit)
    {
        var due = new List<(Scheduled Item, BackgroundTask Task)>();
        lock (_lock)
        {
            // What was scheduled anew since was added anew.
            foreach (var (item, task) in _taken.Where(static taken => !taken.Item.Entry.IsGone && taken.Item.Entry.Task == taken.Task))
                Enqueue(item);
            _taken = due;
            while (Earlier(skew.Ticks) is { } heap && heap.Queue.TryPeek(out var item, out _))
            {
                if (!item.IsOpen)
                    _stale = Math.Max(0, _stale - 1);
                else if (heap.At > now.UtcTicks || due.Count == limit)
                    return (due.Select(taken => taken.Task), new DateTimeOffset(heap.At, TimeSpan.Zero));
                else
                    due.Add((item, item.Entry.Task));
                heap.Queue.Dequeue();
            }
        }

        return (due.Select(taken => taken.Task), null);
    }

    /// <summary>The heap whose first is due earlier, and when that is by the wall clock as it is now; null if nothing is scheduled.</summary>
    private (PriorityQueue<Scheduled, (long Ticks, long Arrival)> Queue, long At)? Earlier(long skew)
    {
        var isDelayed = _delayed.TryPeek(out _, out var delayed);
        if (!_timed.TryPeek(out _, out var timed))
            return isDelayed ? (_delayed, delayed.Ticks + skew) : null;
        return isDelayed && (delayed.Ticks + skew, delayed.Arrival).CompareTo(timed) < 0 ? (_delayed, delayed.Ticks + skew) : (_timed, timed.Ticks);
    }

    private void Enqueue(Scheduled item)
    {
        if (item.SteadyTicks is { } steady)
            _delayed.Enqueue(item, (steady, _arrivals++));
        else
            _timed.Enqueue(item, (item.Ticks, _arrivals++));
    }

    /// <summary>A task that waits.</summary>
    /// <param name="Entry">The entry of the task.</param>
    /// <param name="Version">The version in which it waits: one that was scheduled anew may be due at the same time.</param>
    /// <param name="Ticks">When it is due by the wall clock, as it is shown.</param>
    /// <param name="SteadyTicks">When it is due if nobody sets the clock, for one that waits for a span of time; null: for a time of day.</param>
    private readonly record struct Scheduled(TaskEntry Entry, long Version, long Ticks, long? SteadyTicks)
    {
        public bool IsOpen => !Entry.IsGone && Entry.Task.Version == Version;
    }
}

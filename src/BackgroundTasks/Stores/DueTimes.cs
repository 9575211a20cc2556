namespace BackgroundTasks.Stores;

/// <summary>When scheduled tasks are due: a heap by time and order of arrival. What is no longer scheduled stays until its time, or until half of the heap is such.</summary>
internal sealed class DueTimes
{
    private readonly Lock _lock = new();
    private PriorityQueue<TaskEntry, (long Ticks, long Arrival)> _heap = new();
    private List<(TaskEntry Entry, BackgroundTask Task)> _taken = [];
    private long _arrivals;
    private int _stale;

    /// <summary>A task waits for its time.</summary>
    /// <param name="entry">The entry of the task.</param>
    /// <param name="scheduled">The task as it was scheduled: the entry may have been changed by another since.</param>
    public void Add(TaskEntry entry, BackgroundTask scheduled)
    {
        lock (_lock)
            Enqueue(entry, scheduled);
    }

    /// <summary>A task is no longer scheduled though its time had not come.</summary>
    public void GiveUp()
    {
        lock (_lock)
        {
            if (++_stale <= 64 + (_heap.Count / 2))
                return;
            _heap = new(_heap.UnorderedItems.Where(item => IsDueAt(item.Element, item.Priority.Ticks)));
            _stale = 0;
        }
    }

    /// <summary>What is due, those due first going first; what is still scheduled at the next call is due again.</summary>
    public (IEnumerable<BackgroundTask> Due, DateTimeOffset? Next) Take(DateTimeOffset now, int limit)
    {
        var due = new List<(TaskEntry Entry, BackgroundTask Task)>();
        lock (_lock)
        {
            // What was scheduled anew since was added anew.
            foreach (var (entry, task) in _taken.Where(taken => !taken.Entry.IsGone && taken.Entry.Task == taken.Task))
                Enqueue(entry, task);
            _taken = due;
            while (_heap.TryPeek(out var entry, out var at))
            {
                var task = entry.Task;
                if (entry.IsGone || task.ScheduledFor?.UtcTicks != at.Ticks)
                    _stale = Math.Max(0, _stale - 1);
                else if (at.Ticks > now.UtcTicks || due.Count == limit)
                    return (due.Select(taken => taken.Task), new DateTimeOffset(at.Ticks, TimeSpan.Zero));
                else
                    due.Add((entry, task));
                _heap.Dequeue();
            }
        }

        return (due.Select(taken => taken.Task), null);
    }

    private void Enqueue(TaskEntry entry, BackgroundTask scheduled) => _heap.Enqueue(entry, (scheduled.ScheduledFor!.Value.UtcTicks, _arrivals++));

    private static bool IsDueAt(TaskEntry entry, long ticks) => !entry.IsGone && entry.Task.ScheduledFor?.UtcTicks == ticks;
}

namespace BackgroundTasks.Stores;

/// <summary>When scheduled tasks are due: a heap by time and order of arrival. What is no longer scheduled stays until its time, or until half of the heap is such.</summary>
internal sealed class DueTimes
{
    private readonly Lock _lock = new();
    private PriorityQueue<TaskEntry, (long Ticks, long Arrival)> _heap = new();
    private List<TaskEntry> _taken = [];
    private long _arrivals;
    private int _stale;

    public void Add(TaskEntry entry)
    {
        lock (_lock)
            Enqueue(entry);
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
    public (List<TaskEntry> Due, DateTimeOffset? Next) Take(DateTimeOffset now, int limit)
    {
        var due = new List<TaskEntry>();
        lock (_lock)
        {
            foreach (var entry in _taken.Where(entry => entry is { IsGone: false, Task.ScheduledFor: not null }))
                Enqueue(entry);
            _taken = due;
            while (_heap.TryPeek(out var entry, out var at))
            {
                if (!IsDueAt(entry, at.Ticks))
                    _stale = Math.Max(0, _stale - 1);
                else if (at.Ticks > now.UtcTicks || due.Count == limit)
                    return (due, new DateTimeOffset(at.Ticks, TimeSpan.Zero));
                else
                    due.Add(entry);
                _heap.Dequeue();
            }
        }

        return (due, null);
    }

    private void Enqueue(TaskEntry entry) => _heap.Enqueue(entry, (entry.Task.ScheduledFor!.Value.UtcTicks, _arrivals++));

    private static bool IsDueAt(TaskEntry entry, long ticks) => !entry.IsGone && entry.Task.ScheduledFor?.UtcTicks == ticks;
}

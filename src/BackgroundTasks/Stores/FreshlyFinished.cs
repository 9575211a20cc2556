namespace BackgroundTasks.Stores;

/// <summary>The tasks that finished last, oldest first: they stay at hand for the poll that follows, the others are read from the journal.</summary>
/// <param name="most">How many they may be.</param>
/// <param name="maxBytes">How many bytes they may take together.</param>
internal sealed class FreshlyFinished(int most, long maxBytes)
{
    /// <summary>How many are kept if the journal reads from a disk.</summary>
    public const int Capacity = 1_000;

    private readonly Lock _lock = new();
    private readonly Queue<(TaskEntry Entry, long Bytes)> _entries = new();
    private long _bytes;

    /// <summary>Adds one; the oldest that it displaces is returned, and there may be more.</summary>
    public TaskEntry? Add(TaskEntry entry, out bool isMoreDisplaced)
    {
        var bytes = entry.Bytes;
        lock (_lock)
        {
            _entries.Enqueue((entry, bytes));
            _bytes += bytes;
            return DisplaceOne(out isMoreDisplaced);
        }
    }

    /// <summary>The oldest, if there are too many or they take too much.</summary>
    public TaskEntry? Displace(out bool isMoreDisplaced)
    {
        lock (_lock)
            return DisplaceOne(out isMoreDisplaced);
    }

    /// <summary>Takes out the oldest ones that are past their time or over the number.</summary>
    public IReadOnlyList<TaskEntry> Trim(DateTimeOffset finishedBefore, int keepAtMost)
    {
        List<TaskEntry>? trimmed = null;
        lock (_lock)
        {
            while (_entries.TryPeek(out var oldest) && (_entries.Count > keepAtMost || oldest.Entry.IsGone || !oldest.Entry.Task.IsTerminal || oldest.Entry.Task.FinishedAt < finishedBefore))
                (trimmed ??= []).Add(Dequeue());
        }

        return trimmed ?? (IReadOnlyList<TaskEntry>)[];
    }

    private bool IsOver => _entries.Count > most || _bytes > maxBytes;

    private TaskEntry? DisplaceOne(out bool isMoreDisplaced)
    {
        var displaced = IsOver && _entries.Count > 0 ? Dequeue() : null;
        isMoreDisplaced = IsOver;
        return displaced;
    }

    private TaskEntry Dequeue()
    {
        var (entry, bytes) = _entries.Dequeue();
        _bytes -= bytes;
        return entry;
    }
}

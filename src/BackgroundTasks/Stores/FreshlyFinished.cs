namespace BackgroundTasks.Stores;

/// <summary>The tasks that finished last, oldest first: they stay at hand for the poll that follows, the others are read from the journal.</summary>
internal sealed class FreshlyFinished
{
    public const int Capacity = 1_000;

    private readonly Lock _lock = new();
    private readonly Queue<TaskEntry> _entries = new(Capacity);

    /// <summary>Adds one; what it displaces is returned.</summary>
    public TaskEntry? Add(TaskEntry entry)
    {
        lock (_lock)
        {
            _entries.Enqueue(entry);
            return _entries.Count > Capacity ? _entries.Dequeue() : null;
        }
    }

    /// <summary>Takes out the oldest ones that are past their time or over the number.</summary>
    public IReadOnlyList<TaskEntry> Trim(DateTimeOffset finishedBefore, int keepAtMost)
    {
        List<TaskEntry>? trimmed = null;
        lock (_lock)
        {
            while (_entries.TryPeek(out var oldest) && (_entries.Count > keepAtMost || oldest.IsGone || !oldest.Task.IsTerminal || oldest.Task.FinishedAt < finishedBefore))
                (trimmed ??= []).Add(_entries.Dequeue());
        }

        return trimmed ?? (IReadOnlyList<TaskEntry>)[];
    }
}

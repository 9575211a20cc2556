namespace BackgroundTasks.Stores;

/// <summary>1,024 neighbours in the order of creation, with a bit for each in each live state.</summary>
internal sealed class LiveChunk(long number)
{
    public const int Bits = 10;
    public const int Size = 1 << Bits;
    public const int Words = Size / 64;

    private readonly TaskEntry?[] _entries = new TaskEntry?[Size];
    private readonly ulong[] _scheduled = new ulong[Words];
    private readonly ulong[] _queued = new ulong[Words];
    private readonly ulong[] _running = new ulong[Words];
    private int _count;

    public long Number { get; } = number;

    public TaskEntry? EntryAt(int place) => Volatile.Read(ref _entries[place]);

    /// <summary>In the order in which tasks move on, and then what they move back to once more: one that moves meanwhile is met on one side.</summary>
    public ulong BitsOf(LiveStates states, int word) =>
        (states.Scheduled ? Volatile.Read(ref _scheduled[word]) : 0)
        | (states.Queued ? Volatile.Read(ref _queued[word]) : 0)
        | (states.Running ? Volatile.Read(ref _running[word]) : 0)
        | (states.Scheduled ? Volatile.Read(ref _scheduled[word]) : 0)
        | (states.Queued ? Volatile.Read(ref _queued[word]) : 0);

    public void Add(TaskEntry entry, int place)
    {
        if (_entries[place] is not null)
            throw new InvalidOperationException("Two live tasks have ids with the same sequence. Make ids with one BackgroundTaskIds.");
        _count++;
        entry.Chunk = this;
        Volatile.Write(ref _entries[place], entry);
        Move(entry.Task.Id, null, entry.Task.State);
    }

    /// <summary>True when nothing is left.</summary>
    public bool Remove(TaskEntry entry)
    {
        var place = PlaceOf(entry.Task.Id);
        if (!ReferenceEquals(_entries[place], entry))
            return false;
        Move(entry.Task.Id, BackgroundTaskState.Scheduled, null);
        Move(entry.Task.Id, BackgroundTaskState.Queued, null);
        Move(entry.Task.Id, BackgroundTaskState.Running, null);
        Volatile.Write(ref _entries[place], null);
        return --_count == 0;
    }

    public void Move(Guid id, BackgroundTaskState? from, BackgroundTaskState? target)
    {
        var place = PlaceOf(id);
        var bit = 1UL << (place & 63);
        if (BitmapOf(target) is { } set)
            Interlocked.Or(ref set[place >> 6], bit);
        if (from != target && BitmapOf(from) is { } clear)
            Interlocked.And(ref clear[place >> 6], ~bit);
    }

    private static int PlaceOf(Guid id) => (int)(BackgroundTaskIds.SequenceOf(id) & (Size - 1));

    private ulong[]? BitmapOf(BackgroundTaskState? state) => state switch
    {
        BackgroundTaskState.Scheduled => _scheduled,
        BackgroundTaskState.Queued => _queued,
        BackgroundTaskState.Running => _running,
        _ => null,
    };
}

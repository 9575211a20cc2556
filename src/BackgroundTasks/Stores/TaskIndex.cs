namespace BackgroundTasks.Stores;

/// <summary>
/// Finds packed tasks by the sequence in their id, in the order in which they were made. One writer at a time, readers at any time.
/// The sequence has 32 bits and starts again after 2³² tasks; inside it counts on in 64, and an epoch is one round of it.
/// </summary>
internal sealed class TaskIndex(SegmentList segments)
{
    private const long Epoch = 1L << 32;

    // Far from 0, so that tasks made before the first one that finished find their place below it.
    private const long First = 1L << 60;
    private readonly ChunkLists _chunks = new();
    private Guid _newest;
    private long _top = First;

    /// <summary>Looks in each epoch that holds something, the latest first; only the whole id tells whether it is the task.</summary>
    public bool TryFind(Guid id, out IndexSlot slot, out ReadOnlyMemory<byte> record)
    {
        var chunks = _chunks.All;
        for (var sequence = LatestOf(id, chunks.End - 1); sequence >= chunks.Start; sequence -= Epoch)
        {
            if (chunks.Find(sequence) is { } candidate && TryRead(candidate, out record) && PackedHeader.IdOf(record) == id)
            {
                slot = candidate;
                return true;
            }
        }

        (slot, record) = (default, default);
        return false;
    }

    /// <summary>The record of an entry, unless it has gone.</summary>
    public bool TryRead(IndexSlot slot, out ReadOnlyMemory<byte> record)
    {
        // An entry moves before its old segment goes: where the segment is gone, the entry has changed, and is read again.
        for (long place, before = 0; (place = slot.Place) != 0 && place != before; before = place)
        {
            if (segments.Find(place) is not { } segment)
                continue;
            record = segment.Read(SegmentList.OffsetOf(place));
            return true;
        }

        record = default;
        return false;
    }

    /// <summary>Entries of tasks made before one (null: all), in one of the states, the newest first.</summary>
    public IEnumerable<IndexSlot> Descend(Guid? below, TerminalStates states) =>
        _chunks.Descend(below is { } id ? SequenceOf(id) : _chunks.All.End, states);

    /// <summary>An entry for a task that has none.</summary>
    public IndexSlot Add(Guid id)
    {
        // Taken only where more than 2³² tasks were made while this one ran.
        for (var sequence = PlaceInOrder(id); ; sequence -= Epoch)
        {
            var slot = _chunks.GetOrAdd(sequence);
            if (slot.Place == 0)
                return slot;
        }
    }

    /// <summary>Fills a new entry.</summary>
    public void Set(IndexSlot slot, long place, BackgroundTaskState state)
    {
        slot.Chunk.Move(slot.Number, place);
        _chunks.Mark(slot, state);
    }

    /// <summary>Points an entry to another record of the same task, at no moment to none.</summary>
    public void Replace(IndexSlot slot, long place, BackgroundTaskState before, BackgroundTaskState after)
    {
        if (before != after)
            _chunks.Mark(slot, after);
        slot.Chunk.Move(slot.Number, place);
        if (before != after)
            _chunks.Unmark(slot, before);
    }

    /// <summary>Takes an entry out, and its chunk with it where that is empty then.</summary>
    public void Remove(IndexSlot slot, BackgroundTaskState state)
    {
        slot.Chunk.Move(slot.Number, 0);
        _chunks.Unmark(slot, state);
    }

    private long PlaceInOrder(Guid id)
    {
        var sequence = BackgroundTaskIds.SequenceOf(id);
        if (_newest == default)
            _top = First + sequence;
        else if (BackgroundTaskIds.Compare(id, _newest) <= 0)
            return LatestOf(id, _top);
        else
            _top += unchecked(sequence - (uint)_top) is not 0 and var ahead ? ahead : Epoch;
        _newest = id;
        return _top;
    }

    /// <summary>
    /// The sequence of an id that need not be held any more. Its epoch is the one in which the next lower entry is of an older task:
    /// order by sequence is order by id.
    /// </summary>
    private long SequenceOf(Guid id)
    {
        var chunks = _chunks.All;
        var sequence = LatestOf(id, chunks.End - 1 + Epoch);
        while (sequence > chunks.Start && !FollowsOlder(id, sequence))
            sequence -= Epoch;
        return sequence;
    }

    private bool FollowsOlder(Guid id, long sequence)
    {
        foreach (var slot in _chunks.Descend(sequence, TerminalStates.All))
        {
            if (TryRead(slot, out var record))
                return BackgroundTaskIds.Compare(PackedHeader.IdOf(record), id) < 0;
        }

        return false;
    }

    /// <summary>The highest sequence of an id that is not above another one.</summary>
    private static long LatestOf(Guid id, long atMost) => atMost - unchecked((uint)atMost - BackgroundTaskIds.SequenceOf(id));
}

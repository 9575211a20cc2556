namespace BackgroundTasks.Stores;

/// <summary>Finds packed tasks by their ids, and in the order of these. One writer at a time, readers at any time.</summary>
internal sealed class TaskIndex(SegmentList segments)
{
    private readonly OrderedIndex<long> _places = new();

    /// <summary>Where a task lies; 0: it is not there.</summary>
    public long PlaceOf(Guid id) => _places.TryGet(id, out var place) ? place : 0;

    public bool TryFind(Guid id, out long place, out ReadOnlyMemory<byte> record)
    {
        // An entry moves before its old segment goes: if the segment is gone, the entry has changed, and is read again.
        for (var before = 0L; (place = PlaceOf(id)) != 0 && place != before; before = place)
        {
            if (segments.Find(place) is not { } segment)
                continue;
            record = segment.Read(SegmentList.OffsetOf(place));
            return true;
        }

        record = default;
        return false;
    }

    /// <summary>The records that a query selects, the newest first. One that has gone meanwhile is left out.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Descend(IndexQuery query)
    {
        foreach (var (id, place) in _places.Descend(query))
        {
            if (segments.Find(place) is { } segment)
                yield return segment.Read(SegmentList.OffsetOf(place));
            else if (TryFind(id, out _, out var record))
                yield return record;
        }
    }

    /// <summary>Points a task to its record, at no moment to none.</summary>
    public void Set(BackgroundTask task, long place) => _places.Set(task.Id, place, IndexQuery.MarksOf(task));

    /// <summary>The record of a task lies somewhere else.</summary>
    public void Move(Guid id, long place) => _places.Replace(id, place);

    public void Remove(Guid id) => _places.Remove(id);
}

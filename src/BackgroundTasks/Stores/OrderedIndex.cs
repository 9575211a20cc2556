namespace BackgroundTasks.Stores;

/// <summary>
/// Tasks in the order of their ids, whoever made these: an id costs the same wherever its place is, a page begins at its token, and chunks without
/// anything that is asked for are passed over as a whole. For any thread; the lock is held for a chunk's length at most.
/// </summary>
internal sealed class OrderedIndex<T>
{
    private const int FewLiving = OrderedChunk<T>.Size / 8;
    private readonly Lock _lock = new();
    private readonly List<OrderedChunk<T>> _chunks = [];

    public bool TryGet(Guid id, out T value)
    {
        lock (_lock)
        {
            if (TryFind(IndexQuery.KeyOf(id), out var chunk, out var place))
            {
                value = chunk.ValueAt(place);
                return true;
            }
        }

        value = default!;
        return false;
    }

    /// <summary>Puts a value in, in the place of what is there of the id.</summary>
    public void Set(Guid id, T value, IndexMarks marks)
    {
        var key = IndexQuery.KeyOf(id);
        lock (_lock)
        {
            var number = ChunkOf(key);
            if (number < 0)
            {
                _chunks.Add(new());
                number = 0;
            }

            var chunk = _chunks[number];
            var place = chunk.PlaceOf(key);
            if (place >= 0)
            {
                chunk.Set(place, value, marks);
                return;
            }

            if (chunk.IsFull)
                (chunk, place) = MakeRoom(number, key);
            chunk.Insert(~place, key, value, marks);
        }
    }

    /// <summary>Changes the marks of an entry, if it is there.</summary>
    public void Mark(Guid id, IndexMarks marks)
    {
        lock (_lock)
        {
            if (TryFind(IndexQuery.KeyOf(id), out var chunk, out var place))
                chunk.Mark(place, marks);
        }
    }

    /// <summary>Changes the value of an entry, if it is there.</summary>
    public void Replace(Guid id, T value)
    {
        lock (_lock)
        {
            if (TryFind(IndexQuery.KeyOf(id), out var chunk, out var place))
                chunk.Set(place, value, chunk.MarksAt(place));
        }
    }

    public void Remove(Guid id)
    {
        var key = IndexQuery.KeyOf(id);
        lock (_lock)
        {
            if (!TryFind(key, out var chunk, out var place))
                return;
            var number = ChunkOf(key);
            chunk.Clear(place);
            if (chunk.Living == 0 && number == _chunks.Count - 1)
            {
                // Filled again by the next one: a task at a time costs no chunk each.
                chunk.Reset();
            }
            else if (chunk.Living == 0)
            {
                _chunks.RemoveAt(number);
            }
            else if (chunk.Living < FewLiving && number > 0 && _chunks[number - 1].Living < FewLiving)
            {
                _chunks[number - 1].Merge(chunk);
                _chunks.RemoveAt(number);
            }
        }
    }

    /// <summary>Reads the entries that a query selects, the highest first, of one chunk at most.</summary>
    /// <returns>The query that goes on from there; null at the end.</returns>
    public IndexQuery? Read(IndexQuery query, List<(Guid Id, T Value)> entries)
    {
        lock (_lock)
        {
            for (var number = query.Below == IndexQuery.Highest ? _chunks.Count - 1 : ChunkOf(query.Below); number >= 0; number--)
            {
                var chunk = _chunks[number];
                if (!query.MaySelect(chunk))
                    continue;
                var top = chunk.PlaceOf(query.Below);
                for (var place = top < 0 ? ~top - 1 : top; place >= 0; place--)
                {
                    if (query.Selects(chunk.KeyAt(place), chunk.MarksAt(place)))
                        entries.Add((IndexQuery.IdOf(chunk.KeyAt(place)), chunk.ValueAt(place)));
                }

                if (entries.Count > 0)
                    return number == 0 ? null : query with { Below = chunk.First };
            }
        }

        return null;
    }

    /// <summary>All that a query selects, the highest first.</summary>
    public IEnumerable<(Guid Id, T Value)> Descend(IndexQuery query)
    {
        var entries = new List<(Guid, T)>();
        for (IndexQuery? next = query.States is IndexMarks.None ? null : query; next is not null;)
        {
            entries.Clear();
            next = Read(next.Value, entries);
            foreach (var entry in entries)
                yield return entry;
        }
    }

    private (OrderedChunk<T> Chunk, int Place) MakeRoom(int number, UInt128 key)
    {
        var chunk = _chunks[number];

        // Above all others of the last chunk, as most are: a new one leaves the old one full.
        if (key > chunk.Last && number == _chunks.Count - 1)
        {
            _chunks.Add(new());
            return (_chunks[^1], ~0);
        }

        if (chunk.Living <= OrderedChunk<T>.Size * 3 / 4)
        {
            chunk.Compact();
        }
        else
        {
            _chunks.Insert(number + 1, chunk.Split());
            if (key >= _chunks[number + 1].First)
                chunk = _chunks[number + 1];
        }

        return (chunk, chunk.PlaceOf(key));
    }

    private bool TryFind(UInt128 key, out OrderedChunk<T> chunk, out int place)
    {
        chunk = null!;
        place = -1;
        if (ChunkOf(key) is not (>= 0 and var number))
            return false;
        chunk = _chunks[number];
        place = chunk.PlaceOf(key);
        return place >= 0 && chunk.MarksAt(place) is not IndexMarks.None;
    }

    /// <summary>The chunk in whose reach a key is; −1: there are none.</summary>
    private int ChunkOf(UInt128 key)
    {
        // The newest are asked for most often.
        if (_chunks.Count == 0 || key >= _chunks[^1].First)
            return _chunks.Count - 1;
        int low = 0, high = _chunks.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_chunks[middle].First <= key)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}

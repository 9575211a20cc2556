namespace BackgroundTasks.Stores;

/// <summary>
/// Up to 512 neighbours in the order of ids. What is removed leaves a place that is not marked, so that removing moves nothing. Guarded by the lock of its index.
/// </summary>
internal sealed class OrderedChunk<T>
{
    public const int Size = 512;
    private const int MarkKinds = 4;
    private readonly UInt128[] _keys = new UInt128[Size];
    private readonly T[] _values = new T[Size];
    private readonly IndexMarks[] _marks = new IndexMarks[Size];
    private readonly int[] _counts = new int[MarkKinds];
    private int _used;

    public bool IsFull => _used == Size;

    public int Living { get; private set; }

    public UInt128 First => _keys[0];

    public UInt128 Last => _keys[_used - 1];

    /// <summary>Whether anything in it has one of these marks.</summary>
    public bool Has(IndexMarks marks)
    {
        for (var kind = 0; kind < MarkKinds; kind++)
        {
            if (((int)marks & (1 << kind)) != 0 && _counts[kind] > 0)
                return true;
        }

        return false;
    }

    /// <summary>The place of a key; negative: the complement of the place where it would be.</summary>
    public int PlaceOf(UInt128 key) => _used > 0 && key > Last ? ~_used : Array.BinarySearch(_keys, 0, _used, key);

    public IndexMarks MarksAt(int place) => _marks[place];

    public T ValueAt(int place) => _values[place];

    public UInt128 KeyAt(int place) => _keys[place];

    /// <summary>Fills a place that is there.</summary>
    public void Set(int place, T value, IndexMarks marks)
    {
        _values[place] = value;
        Mark(place, marks);
    }

    public void Mark(int place, IndexMarks marks)
    {
        Count(_marks[place], -1);
        Count(marks, 1);
        _marks[place] = marks;
    }

    public void Clear(int place)
    {
        Mark(place, IndexMarks.None);
        _values[place] = default!;
    }

    /// <summary>Puts a new key in; the chunk must not be full.</summary>
    public void Insert(int place, UInt128 key, T value, IndexMarks marks)
    {
        var behind = _used - place;
        if (behind > 0)
        {
            Array.Copy(_keys, place, _keys, place + 1, behind);
            Array.Copy(_values, place, _values, place + 1, behind);
            Array.Copy(_marks, place, _marks, place + 1, behind);
        }

        _used++;
        (_keys[place], _marks[place]) = (key, IndexMarks.None);
        Set(place, value, marks);
    }

    /// <summary>A chunk with what lives from a place on, which is taken out of this one.</summary>
    public OrderedChunk<T> Split()
    {
        var upper = new OrderedChunk<T>();
        var middle = _used / 2;
        upper.TakeFrom(this, middle);
        Array.Clear(_values, middle, _used - middle);
        Array.Clear(_marks, middle, _used - middle);
        _used = middle;
        Recount();
        return upper;
    }

    /// <summary>Forgets the places of what was removed; nothing lives in it.</summary>
    public void Reset() => _used = 0;

    /// <summary>Closes the gaps of what was removed.</summary>
    public void Compact()
    {
        var used = 0;
        for (var place = 0; place < _used; place++)
        {
            if (_marks[place] is IndexMarks.None)
                continue;
            (_keys[used], _values[used], _marks[used]) = (_keys[place], _values[place], _marks[place]);
            used++;
        }

        Array.Clear(_values, used, _used - used);
        Array.Clear(_marks, used, _used - used);
        _used = used;
    }

    /// <summary>Takes in all of the chunk that follows. Both together must fit.</summary>
    public void Merge(OrderedChunk<T> next)
    {
        Compact();
        TakeFrom(next, 0);
    }

    private void TakeFrom(OrderedChunk<T> other, int from)
    {
        for (var place = from; place < other._used; place++)
        {
            if (other._marks[place] is IndexMarks.None)
                continue;
            (_keys[_used], _values[_used]) = (other._keys[place], other._values[place]);
            Mark(_used, other._marks[place]);
            _used++;
        }
    }

    private void Recount()
    {
        Array.Clear(_counts);
        Living = 0;
        for (var place = 0; place < _used; place++)
            Count(_marks[place], 1);
    }

    private void Count(IndexMarks marks, int by)
    {
        if (marks is IndexMarks.None)
            return;
        Living += by;
        for (var kind = 0; kind < MarkKinds; kind++)
        {
            if (((int)marks & (1 << kind)) != 0)
                _counts[kind] += by;
        }
    }
}

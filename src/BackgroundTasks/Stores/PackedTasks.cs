using System.Collections.Concurrent;

namespace BackgroundTasks.Stores;

/// <summary>
/// Terminal tasks, packed into segments in the order in which they finished and found through an index. The garbage collector sees
/// a few large arrays instead of many objects. One writer at a time, readers at any time.
/// </summary>
internal sealed class PackedTasks
{
    /// <summary>A place in the index, and its part of a segment's room that is not used.</summary>
    private const int IndexBytes = 48;

    /// <summary>A key's place in the table of keys, and the string's head.</summary>
    private const int KeyBytes = 96;

    private const int MaxNames = 10_000;
    private readonly NameTable _names = new(MaxNames);
    private readonly PackedWriter _writer = new();
    private readonly SegmentList _segments = new();
    private readonly TaskIndex _index;
    private readonly SegmentSpace _space;
    private readonly ConcurrentDictionary<string, Guid> _keys = new(StringComparer.Ordinal);

    private readonly BackgroundTaskMemory _memory;

    public PackedTasks(BackgroundTaskMemory memory)
    {
        _memory = memory;
        _index = new(_segments);
        _space = new(_segments, _index);
    }

    public int Count { get; private set; }

    /// <summary>What the packed tasks take of the memory's budget.</summary>
    public long Bytes { get; private set; }

    /// <summary>The same, counted anew.</summary>
    public long CountBytes() => _index.Descend(IndexQuery.All(IndexMarks.First | IndexMarks.Second | IndexMarks.Third)).Sum(BytesOf);

    public int SegmentCount => _segments.Count;

    public long SegmentBytes => _segments.Bytes;

    public NameTable Names => _names;

    public TaskIndex Index => _index;

    public bool Contains(Guid id) => _index.PlaceOf(id) != 0;

    public BackgroundTask? Find(Guid id) => _index.TryFind(id, out _, out var record) ? PackedTaskReader.Read(record, _names) : null;

    public BackgroundTask? FindByKey(string idempotencyKey) => _keys.TryGetValue(idempotencyKey, out var id) ? Find(id) : null;

    public ReadOnlyMemory<byte>? ReadPayload(Guid id) => _index.TryFind(id, out _, out var record) ? PackedTaskReader.ReadPayload(record, _names) : null;

    /// <summary>Packs a task in the place of an older state of it.</summary>
    /// <param name="task">The task, which has just finished.</param>
    /// <param name="payload">The payload that is kept of it.</param>
    /// <param name="skew">By how much the wall clock had been set then.</param>
    public void Put(BackgroundTask task, ReadOnlyMemory<byte> payload, TimeSpan skew)
    {
        _writer.Clear();
        PackedTaskWriter.Write(_writer, _names, task, payload.Length, skew);
        var place = _space.Append(_writer.Written, task.Result.Span, payload.Span);
        Charge(BytesOf(_writer.Written.Length + task.Result.Length + payload.Length, task.Submission.IdempotencyKey));
        var isThere = _index.TryFind(task.Id, out var oldPlace, out var older);
        _index.Set(task, place);
        if (isThere)
        {
            Charge(-BytesOf(older));
            _space.Release(oldPlace);
        }
        else
        {
            Count++;
        }

        if (task.Submission.IdempotencyKey is { } key)
            _keys[key] = task.Id;
    }

    /// <summary>Removes a task, if it is there.</summary>
    public void Remove(Guid id)
    {
        if (!_index.TryFind(id, out var place, out var record))
            return;
        Remove(record);
        _space.Release(place);
    }

    /// <summary>Removes the tasks that finished before a time or are more than are kept, by number or by bytes; those that finished first go first.</summary>
    /// <returns>Whether more may be left.</returns>
    public bool Purge(DateTimeOffset finishedBefore, int keepAtMost, long maxBytes, int batch, List<PurgedTask> purged)
    {
        // What is gone already is passed over, but not without end: a writer waits.
        for (var left = batch * 4; left > 0; left--)
        {
            if (!_space.TryReadOldest(out var place, out var record))
                return false;
            var reader = new PackedReader(record);
            var header = PackedHeader.Read(ref reader, _names);
            if (_index.PlaceOf(header.Id) == place)
            {
                if (Count <= keepAtMost && Bytes <= maxBytes && header.SteadyFinishedAt >= finishedBefore)
                    return false;
                if (purged.Count == batch)
                    return true;
                Remove(record);
                purged.Add(new(header.Id, header.Type, header.Queue, header.State, (long)reader.Number()));
                _space.ReleaseOldest(living: true);
            }
            else
            {
                _space.ReleaseOldest(living: false);
            }
        }

        return true;
    }

    private void Remove(ReadOnlyMemory<byte> record)
    {
        var header = PackedHeader.Read(record, _names);
        if (KeyOf(record) is { } key)
            _keys.TryRemove(new(key, header.Id));
        _index.Remove(header.Id);
        Count--;
        Charge(-BytesOf(record));
    }

    private string? KeyOf(ReadOnlyMemory<byte> record) =>
        PackedHeader.Read(record, _names).Has(PackedMembers.IdempotencyKey) ? PackedTaskReader.Read(record, _names).Submission.IdempotencyKey : null;

    private long BytesOf(ReadOnlyMemory<byte> record) => BytesOf(record.Length, KeyOf(record));

    private static long BytesOf(int length, string? key) => length + IndexBytes + (key is null ? 0 : KeyBytes + (2L * key.Length));

    private void Charge(long bytes)
    {
        Bytes += bytes;
        if (bytes > 0)
            _memory.Take(bytes);
        else
            _memory.GiveBack(-bytes);
    }
}

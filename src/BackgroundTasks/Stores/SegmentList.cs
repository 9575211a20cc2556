using System.Collections.Concurrent;

namespace BackgroundTasks.Stores;

/// <summary>
/// The segments, those that finished first going first; the last one is being filled. One writer at a time, readers at any time.
/// A place is a segment's number above an offset, and never 0.
/// </summary>
internal sealed class SegmentList
{
    private const int OffsetBits = 20;
    private const int SegmentSize = 1 << OffsetBits;
    private readonly ConcurrentDictionary<long, LinkedListNode<Segment>> _byNumber = new();
    private readonly LinkedList<Segment> _byAge = [];
    private long _lastNumber;

    public int Count => _byAge.Count;

    public long Bytes => _byAge.Sum(segment => (long)segment.Capacity);

    public Segment? Oldest => _byAge.First?.Value;

    public Segment? Filling => _byAge.Last?.Value;

    public static long PlaceOf(Segment segment, int offset) => (segment.Number << OffsetBits) | (uint)offset;

    public static int OffsetOf(long place) => (int)(place & (SegmentSize - 1));

    public Segment? Find(long place) => _byNumber.TryGetValue(place >> OffsetBits, out var node) ? node.Value : null;

    /// <summary>A new segment to fill. A record that is larger than a segment gets one of its own.</summary>
    public Segment Add(int recordLength)
    {
        var segment = new Segment(++_lastNumber, Math.Max(SegmentSize, recordLength));
        _byNumber[segment.Number] = _byAge.AddLast(segment);
        return segment;
    }

    /// <summary>A smaller segment for what still lives of another one, in its place among the ages.</summary>
    public Segment AddBefore(Segment segment)
    {
        var smaller = new Segment(++_lastNumber, segment.LivingBytes);
        _byNumber[smaller.Number] = _byAge.AddBefore(_byNumber[segment.Number], smaller);
        return smaller;
    }

    /// <summary>Lets go of a segment; readers that hold it finish.</summary>
    public void Remove(Segment segment)
    {
        if (_byNumber.TryRemove(segment.Number, out var node))
            _byAge.Remove(node);
    }
}

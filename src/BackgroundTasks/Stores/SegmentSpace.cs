namespace BackgroundTasks.Stores;

/// <summary>
/// Gives out room in segments and takes it back. A segment in which nothing lives is dropped at once, and one in which little lives is
/// packed anew, smaller: deleting all but a few of many tasks must not keep the memory of all.
/// </summary>
internal sealed class SegmentSpace(SegmentList segments, TaskIndex index)
{
    /// <summary>Appends a record of these parts.</summary>
    /// <returns>Its place.</returns>
    public long Append(ReadOnlySpan<byte> head, ReadOnlySpan<byte> result, ReadOnlySpan<byte> payload)
    {
        Span<byte> prefix = stackalloc byte[PackedNumber.MaxLength];
        var length = checked(head.Length + result.Length + payload.Length);
        prefix = prefix[..PackedNumber.Write(prefix, (uint)length)];
        var segment = SegmentFor(prefix.Length + length);
        var offset = segment.Used;
        var bytes = segment.Append(prefix.Length + length);
        prefix.CopyTo(bytes);
        head.CopyTo(bytes[prefix.Length..]);
        result.CopyTo(bytes[(prefix.Length + head.Length)..]);
        payload.CopyTo(bytes[(prefix.Length + head.Length + result.Length)..]);
        return SegmentList.PlaceOf(segment, offset);
    }

    /// <summary>Takes back the room of a record to which nothing points any more.</summary>
    public void Release(long place)
    {
        var segment = segments.Find(place)!;
        Release(segment, segment.ReadWhole(SegmentList.OffsetOf(place)).Length);
        Tidy(segment, segment.Capacity / 2);
    }

    /// <summary>The record that was appended first of those not yet passed by <see cref="ReleaseOldest"/>; it need not live.</summary>
    public bool TryReadOldest(out long place, out ReadOnlyMemory<byte> record)
    {
        (place, record) = (0, default);
        if (segments.Oldest is not { } segment || segment.Purged == segment.Used)
            return false;
        place = SegmentList.PlaceOf(segment, segment.Purged);
        record = segment.Read(segment.Purged);
        return true;
    }

    /// <summary>Passes the oldest record, and takes back its room if it lived until now.</summary>
    public void ReleaseOldest(bool living)
    {
        var segment = segments.Oldest!;
        var length = segment.ReadWhole(segment.Purged).Length;
        segment.Purged += length;
        if (living)
            Release(segment, length);
        Tidy(segment, 0);
    }

    private static void Release(Segment segment, int length)
    {
        segment.Living--;
        segment.LivingBytes -= length;
    }

    private Segment SegmentFor(int length)
    {
        var filling = segments.Filling;
        if (filling is not null && filling.HasRoomFor(length))
            return filling;

        var next = segments.Add(length);
        if (filling is not null)
            Tidy(filling, filling.Capacity / 4 * 3);
        return next;
    }

    private void Tidy(Segment segment, int leastLiving)
    {
        // Half a segment is room enough to go on with, even where nothing lives in the other half: a new one for each task would cost more.
        if (segment == segments.Filling && (segment.Living > 0 || segment.HasRoomFor(segment.Capacity / 2)))
            return;
        if (segment.LivingBytes < leastLiving && segment.Living > 0)
            MoveLiving(segment, segments.AddBefore(segment));
        if (segment.LivingBytes < leastLiving || segment.Living == 0)
            segments.Remove(segment);
    }

    private void MoveLiving(Segment from, Segment to)
    {
        for (var offset = from.Purged; offset < from.Used;)
        {
            var record = from.ReadWhole(offset);
            var id = PackedHeader.IdOf(from.Read(offset));
            if (index.PlaceOf(id) == SegmentList.PlaceOf(from, offset))
            {
                var target = to.Used;
                record.CopyTo(to.Append(record.Length));
                index.Move(id, SegmentList.PlaceOf(to, target));
            }

            offset += record.Length;
        }
    }
}

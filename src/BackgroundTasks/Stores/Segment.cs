namespace BackgroundTasks.Stores;

/// <summary>
/// Packed tasks one after the other, each behind its length. Bytes once written never change, so that a reader needs no lock:
/// what it was handed stays true for as long as it holds on to it.
/// </summary>
internal sealed class Segment(long number, int capacity)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);

    public long Number => number;

    public int Capacity => capacity;

    public int Used { get; private set; }

    /// <summary>Everything before it is gone: where the retention goes on.</summary>
    public int Purged { get; set; }

    public int Living { get; set; }

    public int LivingBytes { get; set; }

    public bool HasRoomFor(int length) => capacity - Used >= length;

    /// <summary>The place of the next record, to be filled before anything points to it.</summary>
    public Span<byte> Append(int length)
    {
        Used += length;
        Living++;
        LivingBytes += length;
        return _bytes.AsSpan(Used - length, length);
    }

    /// <summary>The record at an offset, without its length.</summary>
    public ReadOnlyMemory<byte> Read(int offset)
    {
        var prefix = PackedNumber.Read(_bytes.AsSpan(offset), out var length);
        return _bytes.AsMemory(offset + prefix, (int)length);
    }

    /// <summary>The record at an offset, with its length.</summary>
    public ReadOnlySpan<byte> ReadWhole(int offset)
    {
        var prefix = PackedNumber.Read(_bytes.AsSpan(offset), out var length);
        return _bytes.AsSpan(offset, prefix + (int)length);
    }
}

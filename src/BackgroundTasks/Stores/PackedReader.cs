using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace BackgroundTasks.Stores;

/// <summary>Reads what <see cref="PackedWriter"/> wrote, in the same order. Bytes are slices, not copies.</summary>
internal ref struct PackedReader(ReadOnlyMemory<byte> record)
{
    private readonly ReadOnlyMemory<byte> _record = record;
    private readonly ReadOnlySpan<byte> _span = record.Span;
    private int _position;

    public ulong Number()
    {
        _position += PackedNumber.Read(_span[_position..], out var value);
        return value;
    }

    public long Signed()
    {
        var value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public uint FixedUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public double FixedDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public Guid Id() => new(Take(16), bigEndian: true);

    public ReadOnlyMemory<byte> Bytes(int length)
    {
        _position += length;
        return _record.Slice(_position - length, length);
    }

    public string Text()
    {
        var header = Number();
        var bytes = Take((int)(header >> 1));
        return (header & 1) == 0 ? Encoding.UTF8.GetString(bytes) : new string(MemoryMarshal.Cast<byte, char>(bytes));
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        _position += length;
        return _span.Slice(_position - length, length);
    }
}

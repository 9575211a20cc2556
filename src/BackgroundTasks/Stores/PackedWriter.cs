using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace BackgroundTasks.Stores;

/// <summary>Writes the values of a packed task into a buffer that is used again for the next one.</summary>
internal sealed class PackedWriter
{
    private const int KeptBuffer = 64 * 1024;
    private byte[] _buffer = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void Clear()
    {
        if (_buffer.Length > KeptBuffer)
            _buffer = new byte[1024];
        _length = 0;
    }

    public void Number(ulong value)
    {
        var bytes = Reserve(PackedNumber.MaxLength);
        _length += PackedNumber.Write(bytes, value) - PackedNumber.MaxLength;
    }

    /// <summary>Zigzag: small numbers of either sign are short.</summary>
    public void Signed(long value) => Number((ulong)((value << 1) ^ (value >> 63)));

    public void Fixed(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);

    public void Fixed(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Reserve(sizeof(double)), value);

    public void Id(Guid id) => id.TryWriteBytes(Reserve(16), bigEndian: true, out _);

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number((uint)bytes.Length);
        bytes.CopyTo(Reserve(bytes.Length));
    }

    /// <summary>UTF-8, or UTF-16 where half a surrogate pair would be lost: what was a key must be the same key again.</summary>
    public void Text(string text)
    {
        var start = _length;
        var length = Encoding.UTF8.GetByteCount(text);
        Number((ulong)length << 1);
        if (Utf8.FromUtf16(text, Reserve(length), out _, out _, replaceInvalidSequences: false) == OperationStatus.Done)
            return;

        _length = start;
        Number(((ulong)text.Length << 2) | 1);
        MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(Reserve(text.Length * sizeof(char)));
    }

    private Span<byte> Reserve(int length)
    {
        if (_length + length > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + length));
        _length += length;
        return _buffer.AsSpan(_length - length, length);
    }
}

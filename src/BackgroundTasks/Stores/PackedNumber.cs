namespace BackgroundTasks.Stores;

/// <summary>A number in as few bytes as it needs: seven bits a byte, the low ones first, the high bit saying that more follow.</summary>
internal static class PackedNumber
{
    public const int MaxLength = 10;

    /// <returns>How many bytes it took.</returns>
    public static int Write(Span<byte> bytes, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        return length;
    }

    /// <returns>How many bytes it took.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var length = 0; ; length++)
        {
            value |= (ulong)(bytes[length] & 0x7F) << (7 * length);
            if (bytes[length] < 0x80)
                return length + 1;
        }
    }
}

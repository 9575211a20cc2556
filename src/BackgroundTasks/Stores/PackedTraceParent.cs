using System.Buffers;

namespace BackgroundTasks.Stores;

/// <summary>
/// A W3C <c>traceparent</c> in half its length: most tasks have one, and it would be a third of a small record.
/// What is not written in the common form, version-trace-span-flags in lower-case hexadecimal, is kept as text.
/// </summary>
internal static class PackedTraceParent
{
    private const int Length = 1 + 16 + 8 + 1;
    private const int TextLength = 55;

    public static void Write(PackedWriter writer, string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (TryPack(text, bytes))
        {
            writer.Bytes(bytes);
        }
        else
        {
            writer.Number(0);
            writer.Text(text);
        }
    }

    public static string Read(ref PackedReader reader) => (int)reader.Number() is not 0 and var length
        ? Unpack(Convert.ToHexStringLower(reader.Bytes(length).Span))
        : reader.Text();

    private static bool TryPack(ReadOnlySpan<char> text, Span<byte> bytes) =>
        text.Length == TextLength
        && text[2] == '-' && text[35] == '-' && text[52] == '-'
        && !text.ContainsAnyInRange('A', 'F')
        && TryParse(text[..2], bytes[..1])
        && TryParse(text[3..35], bytes[1..17])
        && TryParse(text[36..52], bytes[17..25])
        && TryParse(text[53..], bytes[25..]);

    private static bool TryParse(ReadOnlySpan<char> text, Span<byte> bytes) =>
        Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done;

    private static string Unpack(ReadOnlySpan<char> hex) => $"{hex[..2]}-{hex[2..34]}-{hex[34..50]}-{hex[50..]}";
}

using System.Buffers;
using System.Text;

namespace BackgroundTasks.Http.Events;

/// <summary>Frames one event as the WHATWG's HTML specification says (section 9.2).</summary>
internal static class EventFrame
{
    /// <summary>Writes an event.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int Write(IBufferWriter<byte> target, string name, string? id, ReadOnlySpan<byte> json)
    {
        target.Write("event: "u8);
        Encoding.ASCII.GetBytes(name, target);
        target.Write("\ndata: "u8);
        WriteInOneLine(target, json);
        var length = "event: "u8.Length + name.Length + "\ndata: "u8.Length + json.Length + "\n\n"u8.Length;
        if (id is not null)
        {
            target.Write("\nid: "u8);
            Encoding.ASCII.GetBytes(id, target);
            length += "\nid: "u8.Length + id.Length;
        }

        target.Write("\n\n"u8);
        return length;
    }

    /// <summary>
    /// A line break would end the field. A result is passed on as the handler's serializer wrote it, and that may indent;
    /// within strings line breaks are escaped, so those that are left mean nothing.
    /// </summary>
    private static void WriteInOneLine(IBufferWriter<byte> target, ReadOnlySpan<byte> json)
    {
        while (!json.IsEmpty)
        {
            var line = target.GetSpan();
            line = line[..Math.Min(line.Length, json.Length)];
            json[..line.Length].Replace(line, (byte)'\n', (byte)' ');
            line.Replace((byte)'\r', (byte)' ');
            target.Advance(line.Length);
            json = json[line.Length..];
        }
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Http.Events;

/// <summary>Frames one event as the WHATWG's HTML specification says (section 9.2).</summary>
internal static class EventFrame
{
    /// <summary>Writes an event.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int Write<T>(IBufferWriter<byte> target, string name, string? id, T value, JsonTypeInfo<T> typeInfo)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, typeInfo);

        // A line break would end the field. A result is passed on as the handler's serializer wrote it, and that may indent;
        // within strings line breaks are escaped, so those that are left mean nothing.
        json.AsSpan().Replace((byte)'\n', (byte)' ');
        json.AsSpan().Replace((byte)'\r', (byte)' ');

        target.Write("event: "u8);
        Encoding.ASCII.GetBytes(name, target);
        target.Write("\ndata: "u8);
        target.Write(json);
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
}

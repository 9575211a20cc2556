using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>SHA-256 of what a request means: its method, its path, and its valid JSON body with members in order and without white space.</summary>
internal static class RequestFingerprint
{
    public static byte[] Of(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var canonical = new ArrayBufferWriter<byte>(body.Length + 128);
        canonical.Write(Encoding.UTF8.GetBytes($"{request.Method} {request.PathBase}{request.Path}\n"));
        using var document = JsonDocument.Parse(body);
        using (var writer = new Utf8JsonWriter(canonical))
            Write(document.RootElement, writer);
        return SHA256.HashData(canonical.WrittenSpan);
    }

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, _, value) in MembersOf(element))
                {
                    writer.WritePropertyName(name);
                    Write(value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(item, writer);
                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary>In the order of their names; those of one name in the order in which they came.</summary>
    private static (string Name, int Place, JsonElement Value)[] MembersOf(JsonElement element)
    {
        var members = new (string Name, int Place, JsonElement Value)[element.GetPropertyCount()];
        var place = 0;
        foreach (var member in element.EnumerateObject())
            members[place] = (member.Name, place++, member.Value);
        Array.Sort(members, static (left, right) => string.CompareOrdinal(left.Name, right.Name) is not 0 and var order ? order : left.Place - right.Place);
        return members;
    }
}

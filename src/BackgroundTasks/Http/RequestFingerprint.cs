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
                foreach (var member in element.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(member.Value, writer);
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
}

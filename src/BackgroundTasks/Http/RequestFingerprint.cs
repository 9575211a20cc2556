using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BackgroundTasks.Payloads;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>SHA-256 of what a request means: its method, its path, and its JSON body with members in order and without white space.</summary>
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
                foreach (var member in element.EnumerateObject().OrderBy(NameOf, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(NameOf(member));
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
            case JsonValueKind.String when PayloadText.FindString(element) is null:
                writer.WriteRawValue(element.GetRawText());
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    /// <summary>Half a surrogate pair is no text, and stands for itself as it was written.</summary>
    private static string NameOf(JsonProperty member) =>
        PayloadText.FindName(member) ?? Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member));
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.Payloads;

/// <summary>Writes the values of one name of a query as the JSON that its member takes.</summary>
internal static class QueryValue
{
    /// <summary>Several values make an array whatever the member takes: silently dropping all but one would be worse than the error.</summary>
    public static void Write(Utf8JsonWriter writer, StringValues values, Type member, JsonSerializerOptions options)
    {
        var info = PayloadMembers.FindInfo(options, member);
        var isArray = info?.Kind == JsonTypeInfoKind.Enumerable;
        var type = isArray ? info!.ElementType ?? typeof(string) : member;
        if (!isArray && values.Count <= 1)
        {
            Write(writer, values.ToString(), type);
            return;
        }

        writer.WriteStartArray();
        foreach (var value in values)
            Write(writer, value ?? "", type);

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string value, Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (value.Length == 0 && type != declared)
            writer.WriteNullValue();
        else if (type == typeof(bool) && value.Length <= 5 && bool.TryParse(value, out var truth) && value.Length == (truth ? 4 : 5))
            writer.WriteBooleanValue(truth);
        else if ((PayloadExpectations.IsNumber(type) || type.IsEnum) && IsJsonNumber(value))
            writer.WriteRawValue(value);
        else
            writer.WriteStringValue(value);
    }

    private static bool IsJsonNumber(string value)
    {
        if (value.Length is 0 or > 100)
            return false;

        var utf8 = Encoding.UTF8.GetBytes(value);
        var reader = new Utf8JsonReader(utf8);
        try
        {
            // White space around it would be read too.
            return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length == utf8.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

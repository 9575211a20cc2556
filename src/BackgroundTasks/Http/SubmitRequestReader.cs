using System.Text.Json;
using System.Text.Unicode;

namespace BackgroundTasks.Http;

/// <summary>
/// Reads the body of a submit: the envelope by hand, so that the payload's bytes are kept as they came and every error has its path.
/// </summary>
internal static class SubmitRequestReader
{
    private const string Members = "type, payload, queue, tags";

    public static SubmitRequest? Read(ReadOnlyMemory<byte> body, Dictionary<string, string[]> errors)
    {
        if (!Utf8.IsValid(body.Span))
        {
            errors["$"] = ["It is not UTF-8."];
            return null;
        }

        try
        {
            return ReadObject(body, errors);
        }
        catch (JsonException exception)
        {
            errors["$"] = [$"It is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."];
            return null;
        }
    }

    private static SubmitRequest? ReadObject(ReadOnlyMemory<byte> body, Dictionary<string, string[]> errors)
    {
        var reader = new Utf8JsonReader(body.Span);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            errors["$"] = ["Send an object: { \"type\": …, \"payload\": … }."];
            return null;
        }

        string? type = null, queue = null;
        Dictionary<string, string>? tags = null;
        ReadOnlyMemory<byte> payload = default;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var name = ReadString(ref reader);
            reader.Read();
            if (!seen.Add(name))
                errors[name] = ["It is given twice."];
            switch (name)
            {
                case "type":
                    type = ReadText(ref reader, name, errors);
                    break;
                case "queue":
                    queue = ReadText(ref reader, name, errors);
                    break;
                case "tags":
                    tags = ReadTags(ref reader, errors);
                    break;
                case "payload":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    payload = body[start..(int)reader.BytesConsumed];
                    break;
                default:
                    errors[name] = [$"It is not a member of this request. Members: {Members}."];
                    reader.Skip();
                    break;
            }
        }

        while (reader.Read())
        {
            // What follows the object is an error of the reader's.
        }

        if (type is null && !errors.ContainsKey("type"))
            errors["type"] = ["It is required: the name of a task type, see GET /task-types."];
        return type is null ? null : new SubmitRequest { Type = type, Payload = new RawJson(payload), Queue = queue, Tags = tags };
    }

    private static string? ReadText(ref Utf8JsonReader reader, string name, Dictionary<string, string[]> errors)
    {
        if (reader.TokenType is JsonTokenType.String)
            return ReadString(ref reader);
        if (reader.TokenType is not JsonTokenType.Null)
            errors[name] = ["It must be a string."];
        reader.Skip();
        return null;
    }

    private static Dictionary<string, string>? ReadTags(ref Utf8JsonReader reader, Dictionary<string, string[]> errors)
    {
        if (reader.TokenType is JsonTokenType.Null)
            return null;
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            errors["tags"] = ["It must be an object of strings."];
            reader.Skip();
            return null;
        }

        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var key = ReadString(ref reader);
            reader.Read();
            if (reader.TokenType is not JsonTokenType.String)
                errors[$"tags.{key}"] = ["It must be a string."];
            else if (!tags.TryAdd(key, ReadString(ref reader)))
                errors[$"tags.{key}"] = ["It is given twice."];
            reader.Skip();
        }

        return tags;
    }

    /// <summary>A string that could not be one (a lone surrogate) is bad JSON like any other.</summary>
    private static string ReadString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A string is not valid Unicode.", null, 0, reader.TokenStartIndex, exception);
        }
    }
}

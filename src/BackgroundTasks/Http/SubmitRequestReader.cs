using System.Text.Json;
using System.Text.Unicode;
using BackgroundTasks.Payloads;

namespace BackgroundTasks.Http;

/// <summary>
/// Reads the body of a submit: the envelope by hand, so that the payload's bytes are kept as they came and every error has its path.
/// </summary>
internal static class SubmitRequestReader
{
    private const string NotText = "It is not valid Unicode: it has half of a surrogate pair.";
    private const string Members = "type, payload, queue, priority, delaySeconds, scheduledFor, maxAttempts, timeoutSeconds, tags, uniqueKey";

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

        var request = new SubmitRequest { Type = "" };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isText = LoneSurrogates.TryRead(ref reader, out var name);
            reader.Read();
            request = ReadMember(ref reader, name, body, request, errors);
            if (!isText)
                errors[name] = [NotText];
            else if (!seen.Add(name))
                errors[name] = ["It is given twice."];
            if (errors.Count >= RequestErrors.MaxCount)
                return null;
        }

        while (reader.Read())
        {
            // What follows the object is an error of the reader's.
        }

        if (request.Type.Length == 0)
            errors.TryAdd("type", ["It is required: the name of a task type, see GET /task-types."]);
        return request;
    }

    private static SubmitRequest ReadMember(ref Utf8JsonReader reader, string name, ReadOnlyMemory<byte> body, SubmitRequest request, Dictionary<string, string[]> errors)
    {
        switch (name)
        {
            case "type":
                return request with { Type = ReadText(ref reader, name, errors) ?? "" };
            case "payload":
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return request with { Payload = new RawJson(body[start..(int)reader.BytesConsumed]) };
            case "queue":
                return request with { Queue = ReadText(ref reader, name, errors) };
            case "priority":
                return request with { Priority = ReadInteger(ref reader, name, errors) };
            case "delaySeconds":
                return request with { DelaySeconds = ReadNumber(ref reader, name, errors) };
            case "scheduledFor":
                return request with { ScheduledFor = ReadTime(ref reader, name, errors) };
            case "maxAttempts":
                return request with { MaxAttempts = ReadInteger(ref reader, name, errors) };
            case "timeoutSeconds":
                return request with { TimeoutSeconds = ReadNumber(ref reader, name, errors) };
            case "tags":
                return request with { Tags = ReadTags(ref reader, errors) };
            case "uniqueKey":
                return request with { UniqueKey = ReadText(ref reader, name, errors) };
            default:
                errors[name] = [$"It is not a member of this request. Members: {Members}."];
                reader.Skip();
                return request;
        }
    }

    private static int? ReadInteger(ref Utf8JsonReader reader, string name, Dictionary<string, string[]> errors)
    {
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetInt32(out var number))
            return number;
        return Refuse<int>(ref reader, name, "It must be a whole number.", errors);
    }

    private static double? ReadNumber(ref Utf8JsonReader reader, string name, Dictionary<string, string[]> errors)
    {
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetDouble(out var number))
            return number;
        return Refuse<double>(ref reader, name, "It must be a number of seconds.", errors);
    }

    private static DateTimeOffset? ReadTime(ref Utf8JsonReader reader, string name, Dictionary<string, string[]> errors)
    {
        if (reader.TokenType is JsonTokenType.String && LoneSurrogates.TryRead(ref reader, out var text) && Rfc3339.TryParse(text, out var time))
            return time;
        return Refuse<DateTimeOffset>(ref reader, name, "It must be a time as in RFC 3339: 2026-01-31T12:00:00Z.", errors);
    }

    /// <summary>Null is as if it were left out; anything else that is not what it must be is an error.</summary>
    private static T? Refuse<T>(ref Utf8JsonReader reader, string name, string message, Dictionary<string, string[]> errors)
        where T : struct
    {
        if (reader.TokenType is not JsonTokenType.Null)
            errors[name] = [message];
        reader.Skip();
        return null;
    }

    private static string? ReadText(ref Utf8JsonReader reader, string name, Dictionary<string, string[]> errors)
    {
        if (reader.TokenType is JsonTokenType.String)
        {
            if (!LoneSurrogates.TryRead(ref reader, out var text))
                errors[name] = [NotText];
            return text;
        }

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
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName && errors.Count < RequestErrors.MaxCount)
        {
            var isText = LoneSurrogates.TryRead(ref reader, out var key);
            reader.Read();
            if (reader.TokenType is not JsonTokenType.String)
                errors[$"tags.{key}"] = ["It must be a string."];
            else if (!LoneSurrogates.TryRead(ref reader, out var value) || !isText)
                errors[$"tags.{key}"] = [NotText];
            else if (!tags.TryAdd(key, value))
                errors[$"tags.{key}"] = ["It is given twice."];
            reader.Skip();
        }

        return tags;
    }
}

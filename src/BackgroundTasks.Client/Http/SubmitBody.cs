using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Client.Http;

/// <summary>The body of <c>POST /tasks</c>. Written once for all attempts: the same key must come with the same content.</summary>
internal static class SubmitBody
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    public static Call ToCall<TPayload>(string type, TPayload payload, JsonTypeInfo<TPayload> payloadType, SubmitOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(payloadType);
        if (options?.IdempotencyKey is { } key && (key.Length is 0 or > 255 || key.AsSpan().ContainsAnyExcept(KeyCharacters)))
            throw new ArgumentException("Make the IdempotencyKey of 1 to 255 of A-Z, a-z, 0-9, '.', '_', ':' and '-'.", nameof(options));
        return new Call(HttpMethod.Post, "tasks")
        {
            Body = Write(type, payload, payloadType, options ?? new()),
            IdempotencyKey = options?.IdempotencyKey ?? Guid.NewGuid().ToString("N"),
        };
    }

    private static byte[] Write<TPayload>(string type, TPayload payload, JsonTypeInfo<TPayload> payloadType, SubmitOptions options)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("type", type);
        writer.WritePropertyName("payload");
        JsonSerializer.Serialize(writer, payload, payloadType);
        if (options.Queue is { } queue)
            writer.WriteString("queue", queue);
        if (options.Priority is { } priority)
            writer.WriteNumber("priority", priority);
        if (options.Delay is { } delay)
            writer.WriteNumber("delaySeconds", delay.TotalSeconds);
        if (options.ScheduledFor is { } time)
            writer.WriteString("scheduledFor", time);
        if (options.MaxAttempts is { } attempts)
            writer.WriteNumber("maxAttempts", attempts);
        if (options.Timeout is { } timeout)
            writer.WriteNumber("timeoutSeconds", timeout.TotalSeconds);
        if (options.Tags is { } tags)
            WriteTags(writer, tags);
        if (options.UniqueKey is { } uniqueKey)
            writer.WriteString("uniqueKey", uniqueKey);
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenSpan.ToArray();
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> tags)
    {
        writer.WriteStartObject("tags");
        foreach (var (key, value) in tags)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }
}

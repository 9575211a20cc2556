using System.Text.Json;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// The members of a submission that nothing is looked up by, as one JSON object of those that are set: a new member is then no migration.
/// Durations are in ticks of 100 ns.
/// </summary>
internal static class SubmissionText
{
    private static readonly JsonEncodedText Priority = JsonEncodedText.Encode("priority");
    private static readonly JsonEncodedText MaxAttempts = JsonEncodedText.Encode("maxAttempts");
    private static readonly JsonEncodedText Timeout = JsonEncodedText.Encode("timeout");
    private static readonly JsonEncodedText Tags = JsonEncodedText.Encode("tags");
    private static readonly JsonEncodedText UniqueKey = JsonEncodedText.Encode("uniqueKey");
    private static readonly JsonEncodedText IdempotencyKey = JsonEncodedText.Encode("idempotencyKey");
    private static readonly JsonEncodedText Fingerprint = JsonEncodedText.Encode("fingerprint");
    private static readonly JsonEncodedText TraceParent = JsonEncodedText.Encode("traceParent");
    private static readonly JsonEncodedText TraceState = JsonEncodedText.Encode("traceState");

    public static void Write(Utf8JsonWriter writer, BackgroundTaskSubmission submission)
    {
        writer.WriteStartObject();
        if (submission.Priority != 0)
            writer.WriteNumber(Priority, submission.Priority);
        if (submission.MaxAttempts != 1)
            writer.WriteNumber(MaxAttempts, submission.MaxAttempts);
        if (submission.Timeout is { } timeout)
            writer.WriteNumber(Timeout, timeout.Ticks);
        if (submission.Tags is { } tags)
            WriteTags(writer, tags);
        if (submission.UniqueKey is { } uniqueKey)
            writer.WriteString(UniqueKey, uniqueKey);
        if (submission.IdempotencyKey is { } key)
            writer.WriteString(IdempotencyKey, key);
        if (!submission.Fingerprint.IsEmpty)
            writer.WriteBase64String(Fingerprint, submission.Fingerprint.Span);
        if (submission.TraceParent is { } traceParent)
            writer.WriteString(TraceParent, traceParent);
        if (submission.TraceState is { } traceState)
            writer.WriteString(TraceState, traceState);
        writer.WriteEndObject();
    }

    public static BackgroundTaskSubmission Read(ReadOnlySpan<byte> text, Guid id, string type, string queue, DateTimeOffset createdAt, byte[] payload, bool isPayloadInStore)
    {
        var members = new SubmissionMembers();
        var reader = new Utf8JsonReader(text);
        reader.ReadObjectStart();
        while (reader.ReadName())
            ReadMember(ref reader, members);
        return new BackgroundTaskSubmission
        {
            Id = id,
            Type = type,
            Queue = queue,
            CreatedAt = createdAt,
            Payload = payload,
            IsPayloadInStore = isPayloadInStore,
            Priority = members.Priority,
            MaxAttempts = members.MaxAttempts,
            Timeout = members.Timeout,
            Tags = members.Tags,
            UniqueKey = members.UniqueKey,
            IdempotencyKey = members.IdempotencyKey,
            Fingerprint = members.Fingerprint,
            TraceParent = members.TraceParent,
            TraceState = members.TraceState,
        };
    }

    private static void ReadMember(ref Utf8JsonReader reader, SubmissionMembers members)
    {
        var name = reader.ValueSpan;
        if (name.SequenceEqual(Priority.EncodedUtf8Bytes))
            members.Priority = reader.Next().GetInt32();
        else if (name.SequenceEqual(MaxAttempts.EncodedUtf8Bytes))
            members.MaxAttempts = reader.Next().GetInt32();
        else if (name.SequenceEqual(Timeout.EncodedUtf8Bytes))
            members.Timeout = TimeSpan.FromTicks(reader.Next().GetInt64());
        else if (name.SequenceEqual(Tags.EncodedUtf8Bytes))
            members.Tags = ReadTags(ref reader);
        else if (name.SequenceEqual(UniqueKey.EncodedUtf8Bytes))
            members.UniqueKey = reader.Next().GetString();
        else if (name.SequenceEqual(IdempotencyKey.EncodedUtf8Bytes))
            members.IdempotencyKey = reader.Next().GetString();
        else if (name.SequenceEqual(Fingerprint.EncodedUtf8Bytes))
            members.Fingerprint = reader.Next().GetBytesFromBase64();
        else if (name.SequenceEqual(TraceParent.EncodedUtf8Bytes))
            members.TraceParent = reader.Next().GetString();
        else if (name.SequenceEqual(TraceState.EncodedUtf8Bytes))
            members.TraceState = reader.Next().GetString();
        else
            reader.Skip();
    }

    private static void WriteTags(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> tags)
    {
        writer.WriteStartObject(Tags);
        foreach (var (name, value) in tags)
            writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    private static Dictionary<string, string> ReadTags(ref Utf8JsonReader reader)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.ReadObjectStart();
        while (reader.ReadName())
        {
            var name = reader.GetString()!;
            tags[name] = reader.Next().GetString() ?? throw new FormatException("A tag has no value.");
        }

        return tags;
    }
}

/// <summary>What was read so far.</summary>
internal sealed class SubmissionMembers
{
    public int Priority { get; set; }

    public int MaxAttempts { get; set; } = 1;

    public TimeSpan? Timeout { get; set; }

    public Dictionary<string, string>? Tags { get; set; }

    public string? UniqueKey { get; set; }

    public string? IdempotencyKey { get; set; }

    public byte[]? Fingerprint { get; set; }

    public string? TraceParent { get; set; }

    public string? TraceState { get; set; }
}

using System.Text.Json;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// Where a task stands, without its state, version, times of creation and end, and result, as one JSON object of the members that are set.
/// Times are ticks of 100 ns in UTC.
/// </summary>
internal static class StandingText
{
    private static readonly JsonEncodedText Run = JsonEncodedText.Encode("run");
    private static readonly JsonEncodedText Attempt = JsonEncodedText.Encode("attempt");
    private static readonly JsonEncodedText LostRuns = JsonEncodedText.Encode("lostRuns");
    private static readonly JsonEncodedText Survived = JsonEncodedText.Encode("survived");
    private static readonly JsonEncodedText Node = JsonEncodedText.Encode("node");
    private static readonly JsonEncodedText QueuedAt = JsonEncodedText.Encode("queuedAt");
    private static readonly JsonEncodedText ScheduledFor = JsonEncodedText.Encode("scheduledFor");
    private static readonly JsonEncodedText StartedAt = JsonEncodedText.Encode("startedAt");
    private static readonly JsonEncodedText CancelRequested = JsonEncodedText.Encode("cancelRequested");
    private static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText Progress = JsonEncodedText.Encode("progress");

    public static void Write(Utf8JsonWriter writer, BackgroundTask task)
    {
        writer.WriteStartObject();
        if (task.Run != 0)
            writer.WriteNumber(Run, task.Run);
        if (task.Attempt != 0)
            writer.WriteNumber(Attempt, task.Attempt);
        if (task.LostRuns != 0)
            writer.WriteNumber(LostRuns, task.LostRuns);
        if (task.Survived)
            writer.WriteBoolean(Survived, true);
        if (task.Node is { } node)
            writer.WriteString(Node, node);
        WriteTime(writer, QueuedAt, task.QueuedAt);
        WriteTime(writer, ScheduledFor, task.ScheduledFor);
        WriteTime(writer, StartedAt, task.StartedAt);
        if (task.CancelRequested)
            writer.WriteBoolean(CancelRequested, true);
        if (task.Error is { } error)
            WriteError(writer, error);
        if (task.Progress is { } progress)
            WriteProgress(writer, progress);
        writer.WriteEndObject();
    }

    /// <summary>The task with what stands in its columns laid in.</summary>
    public static BackgroundTask Read(ReadOnlySpan<byte> text, in StandingColumns columns, int crashesSince)
    {
        var members = new StandingMembers();
        var reader = new Utf8JsonReader(text);
        reader.ReadObjectStart();
        while (reader.ReadName())
            ReadMember(ref reader, members);
        return new BackgroundTask
        {
            Submission = columns.Submission,
            State = columns.State,
            Version = columns.Version,
            Result = columns.Result,
            FinishedAt = columns.FinishedAt,
            Run = members.Run,
            Attempt = members.Attempt,
            LostRuns = members.LostRuns,
            Survived = members.Survived || crashesSince > 0,
            Node = members.Node,
            QueuedAt = members.QueuedAt,
            ScheduledFor = members.ScheduledFor,
            StartedAt = members.StartedAt,
            CancelRequested = members.CancelRequested,
            Error = members.Error,
            Progress = members.Progress,
        };
    }

    private static void ReadMember(ref Utf8JsonReader reader, StandingMembers members)
    {
        var name = reader.ValueSpan;
        if (name.SequenceEqual(Run.EncodedUtf8Bytes))
            members.Run = reader.Next().GetInt32();
        else if (name.SequenceEqual(Attempt.EncodedUtf8Bytes))
            members.Attempt = reader.Next().GetInt32();
        else if (name.SequenceEqual(LostRuns.EncodedUtf8Bytes))
            members.LostRuns = reader.Next().GetInt32();
        else if (name.SequenceEqual(Survived.EncodedUtf8Bytes))
            members.Survived = reader.Next().GetBoolean();
        else if (name.SequenceEqual(Node.EncodedUtf8Bytes))
            members.Node = reader.Next().GetString();
        else if (name.SequenceEqual(QueuedAt.EncodedUtf8Bytes))
            members.QueuedAt = ReadTime(ref reader);
        else if (name.SequenceEqual(ScheduledFor.EncodedUtf8Bytes))
            members.ScheduledFor = ReadTime(ref reader);
        else if (name.SequenceEqual(StartedAt.EncodedUtf8Bytes))
            members.StartedAt = ReadTime(ref reader);
        else if (name.SequenceEqual(CancelRequested.EncodedUtf8Bytes))
            members.CancelRequested = reader.Next().GetBoolean();
        else if (name.SequenceEqual(Error.EncodedUtf8Bytes))
            members.Error = ReadError(ref reader);
        else if (name.SequenceEqual(Progress.EncodedUtf8Bytes))
            members.Progress = ReadProgress(ref reader);
        else
            reader.Skip();
    }

    private static void WriteTime(Utf8JsonWriter writer, JsonEncodedText name, DateTimeOffset? time)
    {
        if (time is { } value)
            writer.WriteNumber(name, value.UtcTicks);
    }

    private static DateTimeOffset ReadTime(ref Utf8JsonReader reader) => new(reader.Next().GetInt64(), TimeSpan.Zero);

    /// <summary>[type, message, attempt]</summary>
    private static void WriteError(Utf8JsonWriter writer, BackgroundTaskError error)
    {
        writer.WriteStartArray(Error);
        writer.WriteStringValue(error.Type);
        writer.WriteStringValue(error.Message);
        writer.WriteNumberValue(error.Attempt);
        writer.WriteEndArray();
    }

    private static BackgroundTaskError ReadError(ref Utf8JsonReader reader)
    {
        reader.Next();
        var type = reader.Next().GetString()!;
        var message = reader.Next().GetString()!;
        var error = new BackgroundTaskError(type, message, reader.Next().GetInt32());
        reader.Next();
        return error;
    }

    /// <summary>[number, percent, message]</summary>
    private static void WriteProgress(Utf8JsonWriter writer, BackgroundTaskProgress progress)
    {
        writer.WriteStartArray(Progress);
        writer.WriteNumberValue(progress.Number);
        if (progress.Percent is { } percent)
            writer.WriteNumberValue(percent);
        else
            writer.WriteNullValue();
        writer.WriteStringValue(progress.Message);
        writer.WriteEndArray();
    }

    private static BackgroundTaskProgress ReadProgress(ref Utf8JsonReader reader)
    {
        reader.Next();
        var number = reader.Next().GetInt64();
        double? percent = reader.Next().TokenType is JsonTokenType.Null ? null : reader.GetDouble();
        var progress = new BackgroundTaskProgress(number, percent, reader.Next().GetString());
        reader.Next();
        return progress;
    }
}

/// <summary>The members of a task that have columns of their own.</summary>
internal readonly record struct StandingColumns(
    BackgroundTaskSubmission Submission, BackgroundTaskState State, long Version, DateTimeOffset? FinishedAt, byte[] Result);

/// <summary>What was read so far.</summary>
internal sealed class StandingMembers
{
    public int Run { get; set; }

    public int Attempt { get; set; }

    public int LostRuns { get; set; }

    public bool Survived { get; set; }

    public string? Node { get; set; }

    public DateTimeOffset? QueuedAt { get; set; }

    public DateTimeOffset? ScheduledFor { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public bool CancelRequested { get; set; }

    public BackgroundTaskError? Error { get; set; }

    public BackgroundTaskProgress? Progress { get; set; }
}

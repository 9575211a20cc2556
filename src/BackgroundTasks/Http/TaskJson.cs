using System.Globalization;
using System.Text.Json;

namespace BackgroundTasks.Http;

/// <summary>Writes a task as clients see it, which <see cref="TaskResponse"/> describes: straight from the snapshot, without that object.</summary>
internal static class TaskJson
{
    /// <summary>Prefixes up to this length cost no memory.</summary>
    private const int UsualPrefix = 128;

    private const int LinkLength = 64;

    public static void Write(Utf8JsonWriter json, BackgroundTask task, string prefix, TimeSpan retention)
    {
        var submission = task.Submission;
        Span<char> id = stackalloc char[32];
        task.Id.TryFormat(id, out _, "N");
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, task.Type);
        json.WriteString("queue"u8, task.Queue);
        json.WriteString("status"u8, StateNames.Of(task.State));
        json.WriteNumber("version"u8, task.Version);
        json.WriteNumber("priority"u8, submission.Priority);
        json.WriteNumber("attempt"u8, task.Attempt);
        json.WriteNumber("maxAttempts"u8, submission.MaxAttempts);
        json.WriteNumber("lostRuns"u8, task.LostRuns);
        json.WritePropertyName("progress"u8);
        WriteProgress(json, task.Progress);
        WriteTime(json, "createdAt"u8, submission.CreatedAt);
        WriteTime(json, "scheduledFor"u8, task.ScheduledFor);
        WriteTime(json, "startedAt"u8, task.StartedAt);
        WriteTime(json, "finishedAt"u8, task.FinishedAt);
        WriteTime(json, "expiresAt"u8, task.FinishedAt is { } finishedAt ? ExpiryOf(finishedAt, retention) : null);
        json.WriteBoolean("cancelRequested"u8, task.CancelRequested);
        WriteResult(json, task.Result);
        WriteError(json, task.Error);
        WriteTags(json, submission.TagList);
        WriteLinks(json, task, prefix, id);
        json.WriteEndObject();
    }

    /// <summary>How far the task is, as <see cref="TaskProgressResponse"/> describes it.</summary>
    public static void WriteProgress(Utf8JsonWriter json, BackgroundTaskProgress? progress)
    {
        if (progress is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        if (progress.Percent is { } percent)
            json.WriteNumber("percent"u8, percent);
        else
            json.WriteNull("percent"u8);
        json.WriteString("message"u8, progress.Message);
        json.WriteEndObject();
    }

    /// <summary>A damaged record may have finished at any time, and must not take the list that it stands in with it.</summary>
    private static DateTimeOffset ExpiryOf(DateTimeOffset finishedAt, TimeSpan retention) =>
        DateTimeOffset.MaxValue - finishedAt > retention ? finishedAt + retention : DateTimeOffset.MaxValue;

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } value)
            json.WriteString(name, value.UtcDateTime);
        else
            json.WriteNull(name);
    }

    /// <summary>The result was validated when it was kept.</summary>
    private static void WriteResult(Utf8JsonWriter json, ReadOnlyMemory<byte> result)
    {
        json.WritePropertyName("result"u8);
        if (result.IsEmpty)
            json.WriteNullValue();
        else
            json.WriteRawValue(result.Span, skipInputValidation: true);
    }

    private static void WriteError(Utf8JsonWriter json, BackgroundTaskError? error)
    {
        if (error is null)
        {
            json.WriteNull("error"u8);
            return;
        }

        json.WriteStartObject("error"u8);
        json.WriteString("type"u8, error.Type);
        json.WriteString("message"u8, error.Message);
        json.WriteNumber("attempt"u8, error.Attempt);
        json.WriteEndObject();
    }

    private static void WriteTags(Utf8JsonWriter json, TaskTags? tags)
    {
        json.WriteStartObject("tags"u8);
        if (tags is not null)
        {
            foreach (var (key, value) in tags)
                json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteLinks(Utf8JsonWriter json, BackgroundTask task, string prefix, ReadOnlySpan<char> id)
    {
        var link = prefix.Length <= UsualPrefix ? stackalloc char[UsualPrefix + LinkLength] : new char[prefix.Length + LinkLength];
        link.TryWrite(CultureInfo.InvariantCulture, $"{prefix}/tasks/{id}", out var self);
        json.WriteStartObject("links"u8);
        json.WriteString("self"u8, link[..self]);
        WriteLink(json, "events"u8, link, self, "/events", isOffered: true);
        WriteLink(json, "cancel"u8, link, self, "/cancel", !task.IsTerminal);
        WriteLink(json, "retry"u8, link, self, "/retry", task.State is BackgroundTaskState.Failed or BackgroundTaskState.Canceled);
        json.WriteEndObject();
    }

    private static void WriteLink(Utf8JsonWriter json, ReadOnlySpan<byte> name, Span<char> link, int self, string call, bool isOffered)
    {
        if (!isOffered)
        {
            json.WriteNull(name);
            return;
        }

        call.CopyTo(link[self..]);
        json.WriteString(name, link[..(self + call.Length)]);
    }
}

using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackgroundTasks.Http.Events;

/// <summary>Frames events as the WHATWG's HTML specification says (section 9.2). What is added goes out with the next flush, which waits for a slow client.</summary>
internal sealed class EventWriter(PipeWriter body, string prefix, TimeSpan retention)
{
    private const int FlushSize = 16 * 1024;
    private int _added;

    /// <summary>Enough is added: flush before more is.</summary>
    public bool IsFull => _added >= FlushSize;

    /// <summary>How long clients wait before they connect again.</summary>
    public void AddRetry() => Add("retry: 3000\n\n"u8);

    /// <summary>A line that every client ignores.</summary>
    public void AddComment() => Add(": still here\n\n"u8);

    /// <summary>The whole task.</summary>
    public void AddTask(string name, BackgroundTask task, bool withId = true)
    {
        var response = TaskRepresentation.Of(task, prefix, retention);
        AddEvent(name, withId ? TaskRepresentation.EventIdOf(task) : null, response, TaskJsonContext.Default.TaskResponse);
    }

    /// <summary>The task's progress alone, as its representation has it.</summary>
    public void AddProgress(BackgroundTask task) =>
        AddEvent("progress", TaskRepresentation.EventIdOf(task), TaskRepresentation.ProgressOf(task)!, TaskJsonContext.Default.TaskProgressResponse);

    /// <summary>Sends what was added. False where nobody reads any more.</summary>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        if (_added == 0)
            return true;
        _added = 0;
        return !(await body.FlushAsync(cancellationToken)).IsCompleted;
    }

    private void AddEvent<T>(string name, string? id, T value, JsonTypeInfo<T> typeInfo)
    {
        Add("event: "u8);
        Add(Encoding.ASCII.GetBytes(name));
        Add("\ndata: "u8);
        var json = JsonSerializer.SerializeToUtf8Bytes(value, typeInfo);

        // A line break would end the field. A result is passed on as the handler's serializer wrote it, and that may indent;
        // within strings line breaks are escaped, so those that are left mean nothing.
        json.AsSpan().Replace((byte)'\n', (byte)' ');
        json.AsSpan().Replace((byte)'\r', (byte)' ');
        Add(json);
        if (id is not null)
        {
            Add("\nid: "u8);
            Add(Encoding.ASCII.GetBytes(id));
        }

        Add("\n\n"u8);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        body.Write(bytes);
        _added += bytes.Length;
    }
}

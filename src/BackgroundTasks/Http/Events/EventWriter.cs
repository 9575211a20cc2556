using System.Buffers;
using System.IO.Pipelines;

namespace BackgroundTasks.Http.Events;

/// <summary>Writes the events of one stream. What is added goes out with the next flush, which waits for a slow client.</summary>
internal sealed class EventWriter(PipeWriter body, string prefix, TimeSpan retention)
{
    private const int FlushSize = 32 * 1024;
    private int _added;

    /// <summary>Where the endpoints are mapped: what the links of a task begin with.</summary>
    public string Prefix => prefix;

    /// <summary>How long clients wait before they connect again.</summary>
    public void AddRetry() => Add("retry: 3000\n\n"u8);

    /// <summary>A line that every client ignores.</summary>
    public void AddComment() => Add(": still here\n\n"u8);

    /// <summary>The whole task.</summary>
    public void AddTask(string name, BackgroundTask task)
    {
        using var json = JsonBuffer.Rent();
        TaskJson.Write(json.Writer, task, prefix, retention);
        _added += EventFrame.Write(body, name, TaskRepresentation.EventIdOf(task), json.Utf8.Span);
    }

    /// <summary>The task's progress alone, as its representation has it.</summary>
    public void AddProgress(BackgroundTask task)
    {
        using var json = JsonBuffer.Rent();
        TaskJson.WriteProgress(json.Writer, task.Progress);
        _added += EventFrame.Write(body, "progress", TaskRepresentation.EventIdOf(task), json.Utf8.Span);
    }

    /// <summary>Sends events that are framed already; of many bytes only as many wait here as one flush takes. False if nobody reads any more.</summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> events, CancellationToken cancellationToken)
    {
        while (!events.IsEmpty)
        {
            var length = Math.Min(events.Length, Math.Max(1, FlushSize - _added));
            Add(events.Span[..length]);
            events = events[length..];
            if (_added >= FlushSize && !await FlushAsync(cancellationToken))
                return false;
        }

        return true;
    }

    /// <summary>Sends what was added. False if nobody reads any more.</summary>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        if (_added == 0)
            return true;
        _added = 0;
        return !(await body.FlushAsync(cancellationToken)).IsCompleted;
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        body.Write(bytes);
        _added += bytes.Length;
    }
}

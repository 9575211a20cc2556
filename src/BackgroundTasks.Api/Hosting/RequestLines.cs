using System.Globalization;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// The lines of requests, written past Serilog, whose entries cost more than all else that a request needs: the same text, without an entry.
/// A line with a character that would have to be escaped is left to Serilog.
/// </summary>
/// <param name="json">Where to; null if every line is Serilog's.</param>
internal sealed class RequestLines(LogWriter? json)
{
    /// <summary>Longer lines are Serilog's too.</summary>
    private const int MostCharacters = 512;

    /// <summary>Writes a request as compact JSON.</summary>
    /// <param name="at">When it was answered.</param>
    /// <param name="method">Its method.</param>
    /// <param name="path">Its path.</param>
    /// <param name="status">The status of its answer.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="connection">The server's id of its connection.</param>
    /// <param name="trace">The trace id that its client is told.</param>
    /// <param name="task">Its task, if there is one.</param>
    /// <returns>False if nothing is written.</returns>
    public bool TryWrite(DateTimeOffset at, string method, string path, int status, TimeSpan elapsed, string? connection, string? trace, Guid? task)
    {
        if (json is null || connection is null || trace is null || !PlainText.Is(method) || !PlainText.Is(path) || !PlainText.Is(trace))
            return false;
        var (milliseconds, fraction) = Math.DivRem(elapsed.Ticks, TimeSpan.TicksPerMillisecond);
        Span<char> line = stackalloc char[MostCharacters];
        if (!line.TryWrite(
            CultureInfo.InvariantCulture,
            $$"""
            {"@t":"{{at.UtcDateTime:O}}","@mt":"{{RequestLog.Text}}","@r":["{{milliseconds}}.{{fraction:D4}}"],"RequestMethod":"{{method}}","RequestPath":"{{path}}","StatusCode":{{status}},"Elapsed":{{milliseconds}}.{{fraction:D4}},"SourceContext":"{{RequestLog.Source}}","ConnectionId":"{{connection}}","TraceId":"{{trace}}"
            """,
            out var length))
        {
            return false;
        }

        int end;
        if (task is { } id ? !line[length..].TryWrite($",\"TaskId\":\"{id:N}\"}}\n", out end) : !line[length..].TryWrite($"}}\n", out end))
            return false;
        json.Add(line[..(length + end)]);
        return true;
    }
}

using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// An entry for people: <c>14:03:22 INF Now listening on: http://localhost:5080</c>, in local time. An error ends with the trace id that its client was told.
/// One entry stays one entry: every further line of it is indented, so that a path or a message with a line break in it cannot pass for another.
/// </summary>
internal sealed class ConsoleFormatter : ITextFormatter
{
    private const string FurtherLine = "\n    ";

    private readonly MessageTemplateTextFormatter _message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToString("HH':'mm':'ss", CultureInfo.InvariantCulture));
        output.Write(LevelOf(logEvent.Level));
        using var message = new StringWriter(CultureInfo.InvariantCulture);
        _message.Format(logEvent, message);
        if (logEvent.Level >= LogEventLevel.Error && (logEvent.TraceId?.ToHexString() ?? TraceEnricher.Find(logEvent)) is { } trace)
            message.Write($" (trace id {trace})");
        if (logEvent.Exception is { } exception)
            message.Write($"\n{exception}");
        ConsoleText.Write(output, message.ToString().AsSpan().TrimEnd(), FurtherLine);
        output.Write('\n');
    }

    private static string LevelOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => " VRB ",
        LogEventLevel.Debug => " DBG ",
        LogEventLevel.Information => " INF ",
        LogEventLevel.Warning => " WRN ",
        LogEventLevel.Error => " ERR ",
        _ => " FTL ",
    };
}

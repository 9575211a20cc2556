using System.Globalization;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Formats what Serilog hands it and writes it in batches. Errors are written at once.</summary>
internal sealed class LogSink : ILogEventSink, IDisposable
{
    private static readonly MessageTemplate Failed = new MessageTemplateParser().Parse("The log cannot be written to {Output}: {Reason} Entries are lost until a write works.");
    private static readonly MessageTemplate Lost = new MessageTemplateParser().Parse("{Entries} entries of the log are lost: {Output} was full, failed, or was too slow.");

    private readonly ITextFormatter _formatter;
    private readonly TimeProvider _timeProvider;

    /// <summary>Starts the writer.</summary>
    /// <param name="formatter">Makes the text of an entry.</param>
    /// <param name="output">Where the text goes; the sink disposes of it.</param>
    /// <param name="name">What the output is called in the entries about it.</param>
    /// <param name="other">Is told if the output fails.</param>
    /// <param name="timeProvider">The clock.</param>
    public LogSink(ITextFormatter formatter, TextWriter output, string name, ILogEventSink? other, TimeProvider timeProvider)
    {
        (_formatter, _timeProvider) = (formatter, timeProvider);
        Writer = new LogWriter(
            output,
            exception => other?.Emit(Entry(LogEventLevel.Error, Failed, name, "Reason", exception.Message)),
            lost => Emit(Entry(LogEventLevel.Warning, Lost, name, "Entries", lost)),
            timeProvider);
    }

    /// <summary>Takes text that is formatted already.</summary>
    public LogWriter Writer { get; }

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _formatter.Format(logEvent, text);
        Writer.Add(text.ToString(), isUrgent: logEvent.Level >= LogEventLevel.Error);
    }

    /// <inheritdoc/>
    public void Dispose() => Writer.Dispose();

    private LogEvent Entry(LogEventLevel level, MessageTemplate message, string output, string name, object value) => new(
        _timeProvider.GetLocalNow(), level, null, message, [new("Output", new ScalarValue(output)), new(name, new ScalarValue(value))]);
}

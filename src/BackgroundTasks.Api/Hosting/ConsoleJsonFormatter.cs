using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Compact;

namespace BackgroundTasks.Api.Hosting;

/// <summary>An entry as a line of compact JSON for a standard output that a person may look at too: as in the file, with <see cref="ConsoleText"/>'s escapes.</summary>
internal sealed class ConsoleJsonFormatter : ITextFormatter
{
    private readonly CompactJsonFormatter _json = new();

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _json.Format(logEvent, line);
        ConsoleText.Write(output, line.ToString(), "\n");
    }
}

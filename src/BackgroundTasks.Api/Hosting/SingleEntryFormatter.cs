using System.Text;
using Serilog.Events;
using Serilog.Formatting;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// Keeps one entry one entry for who reads the console: every further line of it is indented, and control characters are written as escapes.
/// A path or a message with a line break in it cannot pass for an entry of its own.
/// </summary>
/// <param name="inner">Formats the entry.</param>
internal sealed class SingleEntryFormatter(ITextFormatter inner) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var buffer = new StringWriter();
        inner.Format(logEvent, buffer);
        var text = new StringBuilder(buffer.ToString().TrimEnd());
        for (var i = text.Length - 1; i >= 0; i--)
        {
            var character = text[i];
            if (character == '\n')
                text.Insert(i + 1, "    ");
            else if ((char.IsControl(character) && character is not ('\r' or '\t')) || character is '\u2028' or '\u2029')
                text.Remove(i, 1).Insert(i, $"\\u{(int)character:x4}");
        }

        output.Write(text.Replace("\r\n", "\n").Replace("\r", "\\r"));
        output.Write('\n');
    }
}

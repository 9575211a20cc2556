using System.Text;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// The file of the log: a file a day and at each limit of size, of which the last are kept, readable by the user of this process alone.
/// Serilog's own sink does that; many entries are handed to it as if they were one.
/// </summary>
internal sealed class LogFile : TextWriter, ITextFormatter
{
    private const int MostAtOnce = 64 * 1024;
    private static readonly LogEvent Entries = new(default, LogEventLevel.Information, null, MessageTemplate.Empty, []);

    private readonly Action<LoggerSinkConfiguration> _settings;
    private ILogEventSink? _file;
    private ReadOnlyMemory<char> _text;
    private bool _isCut;

    /// <summary>Opens nothing yet: the first write does.</summary>
    /// <param name="path">The file's path; the day and a number are added to its name.</param>
    /// <param name="maxBytes">How large a file becomes.</param>
    /// <param name="kept">How many files are kept.</param>
    public LogFile(string path, long maxBytes, int kept) => _settings = sinks => sinks.File(
        this, path, rollingInterval: RollingInterval.Day, fileSizeLimitBytes: maxBytes - MostAtOnce, rollOnFileSizeLimit: true, retainedFileCountLimit: kept, hooks: new PrivateLogFiles());

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Writes whole entries; what is larger than a part of a file is divided between two of them.</summary>
    /// <param name="buffer">Holds the entries.</param>
    /// <param name="index">Where they begin.</param>
    /// <param name="count">How long they are.</param>
    public override void Write(char[] buffer, int index, int count)
    {
        for (var rest = buffer.AsMemory(index, count); !rest.IsEmpty;)
        {
            var length = rest.Length;
            if (length > MostAtOnce && rest.Span[..MostAtOnce].LastIndexOf('\n') is >= 0 and var end)
                length = end + 1;
            Emit(rest[..length]);
            rest = rest[length..];
        }
    }

    /// <summary>Serilog's sink asks for the text of the one entry.</summary>
    /// <param name="logEvent">Not looked at.</param>
    /// <param name="output">The file.</param>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        // A write that failed may have left a part of an entry.
        if (_isCut)
            output.Write('\n');
        _isCut = true;
        output.Write(_text.Span);
        _text = default;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        CloseFile();
        base.Dispose(disposing);
    }

    private void Emit(ReadOnlyMemory<char> text)
    {
        _file ??= LoggerSinkConfiguration.CreateSink(_settings);
        _text = text;
        try
        {
            _file.Emit(Entries);
            if (!_text.IsEmpty)
                throw new IOException("The file cannot be opened.");
            _isCut = false;
        }
        catch (Exception)
        {
            // Serilog's sink would not try to open a file again before tomorrow.
            CloseFile();
            throw;
        }
    }

    private void CloseFile()
    {
        try
        {
            (_file as IDisposable)?.Dispose();
        }
        catch (IOException)
        {
            // It could not write what it still had of a write that has failed.
        }

        _file = null;
    }
}

using Serilog.Formatting.Compact;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Where the log goes: to the console as text and to the file as JSON; or, for containers, to the console as JSON.</summary>
internal sealed class LogOutputs : IDisposable
{
    private const long MaxFileBytes = 100 * 1024 * 1024;
    private const int FilesKept = 7;
    private const string ConsoleName = "standard output";

    /// <summary>Opens them.</summary>
    /// <param name="options">Say which.</param>
    /// <param name="data">Has the folder of the file.</param>
    /// <param name="timeProvider">The clock.</param>
    public LogOutputs(ServiceOptions options, DataDirectory data, TimeProvider timeProvider)
    {
        if (options.JsonLogs is JsonLogs.StandardOutput)
        {
            Json = new LogSink(new ConsoleJsonFormatter(), OpenConsole(), ConsoleName, other: null, timeProvider);
            return;
        }

        var folder = PrivateFiles.CreateFolder(Path.Combine(data.Path, "logs"));
        Text = new LogSink(new ConsoleFormatter(), OpenConsole(), ConsoleName, other: null, timeProvider);
        Json = new LogSink(new CompactJsonFormatter(), new LogFile(Path.Combine(folder, "service-.jsonl"), MaxFileBytes, FilesKept), folder, Text, timeProvider);
    }

    /// <summary>Gets all.</summary>
    public LogSink Json { get; }

    /// <summary>Is for people; null if the console has JSON.</summary>
    public LogSink? Text { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Text?.Dispose();
        Json.Dispose();
    }

    private static StreamWriter OpenConsole() => new(Console.OpenStandardOutput(), Console.OutputEncoding, bufferSize: 64 * 1024);
}

namespace BackgroundTasks.Api.Hosting;

/// <summary>Serilog's loggers, with <see cref="RunLogger"/> before that of the runs.</summary>
internal sealed class ServiceLoggers(ILoggerFactory serilog, LogOutputs outputs, TimeProvider timeProvider) : ILoggerFactory
{
    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => serilog.AddProvider(provider);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => categoryName is RunLogger.Source
        ? new RunLogger(serilog.CreateLogger(categoryName), outputs.Json.Writer, outputs.Text?.Writer, timeProvider)
        : serilog.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void Dispose() => serilog.Dispose();
}

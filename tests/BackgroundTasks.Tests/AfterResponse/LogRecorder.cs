using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.AfterResponse;

/// <summary>Keeps what is logged under the ids of the work after responses.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId is { Id: >= 200 and < 220, Name: { } name } && name.StartsWith("AfterResponse", StringComparison.Ordinal))
            _entries.Enqueue(new LogEntry(name, logLevel, formatter(state, exception), exception));
    }

    public void Dispose()
    {
    }
}

internal sealed record LogEntry(string Name, LogLevel Level, string Message, Exception? Exception);

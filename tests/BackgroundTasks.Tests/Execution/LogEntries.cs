using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Execution;

/// <summary>Keeps every entry of the log with its scopes, from a level on.</summary>
internal sealed class LogEntries(LogLevel least = LogLevel.Debug) : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<KeptEntry> _entries = new();
    private readonly Channel<KeptEntry> _arrivals = Channel.CreateUnbounded<KeptEntry>();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyList<KeptEntry> All => [.. _entries];

    public IEnumerable<KeptEntry> Named(params string[] names) => _entries.Where(entry => names.Contains(entry.Name));

    /// <summary>The next entry of this name.</summary>
    public async Task<KeptEntry> NextAsync(string name)
    {
        while (true)
        {
            if (await _arrivals.Reader.ReadAsync().AsTask().WaitAsync(TaskHost.Guard) is var entry && entry.Name == name)
                return entry;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(LogEntries owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= owner.Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            Dictionary<string, object?> scope = [];
            owner._scopes.ForEachScope(
                static (opened, members) =>
                {
                    if (opened is IEnumerable<KeyValuePair<string, object?>> pairs)
                    {
                        foreach (var (key, value) in pairs)
                            members[key] = value;
                    }
                },
                scope);
            var entry = new KeptEntry(eventId.Name ?? "", logLevel, formatter(state, exception), exception, scope);
            owner._entries.Enqueue(entry);
            owner._arrivals.Writer.TryWrite(entry);
        }
    }

    private LogLevel Least => least;
}

internal sealed record KeptEntry(string Name, LogLevel Level, string Message, Exception? Exception, IReadOnlyDictionary<string, object?> Scope);

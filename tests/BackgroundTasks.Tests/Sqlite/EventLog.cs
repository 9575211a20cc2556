using System.Collections.Concurrent;
using BackgroundTasks.Sqlite;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Tells when the journal has logged an event.</summary>
internal sealed class EventLog : ILogger<SqliteJournal>
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();

    public Task Of(string name) => Event(name).Task.WaitAsync(TaskHost.Guard);

    public bool Has(string name) => Event(name).Task.IsCompleted;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Event(eventId.Name!).TrySetResult();

    private TaskCompletionSource Event(string name) => _events.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}

using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Execution;

public sealed class OverstayTests : IDisposable
{
    private readonly HeldWork _held = new();
    private readonly OverstayLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_handler_that_ignores_its_token_is_logged_when_it_overstays_and_not_before()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        await host.Queue.CancelAsync(task.Id);

        host.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, _log.Count);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        var message = await _log.NextAsync();
        run.Return("at last");

        Assert.Contains($"{task.Id:N}", message, StringComparison.Ordinal);
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
    }

    [Fact]
    public async Task A_handler_that_heeds_its_token_is_not()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).HeedToken();
        await host.Queue.CancelAsync(task.Id);
        await host.EndOf(task);

        host.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, _log.Count);
    }

    private Task<TaskHost> StartAsync() => TaskHost.StartAsync(tasks =>
    {
        tasks.Services.AddSingleton<ILoggerProvider>(_log);
        tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync);
    });

    private sealed class OverstayLog : ILoggerProvider, ILogger
    {
        private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();

        public int Count => _messages.Reader.Count;

        public Task<string> NextAsync() => _messages.Reader.ReadAsync().AsTask().WaitAsync(TaskHost.Guard);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "Overstays")
                _messages.Writer.TryWrite(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }
}

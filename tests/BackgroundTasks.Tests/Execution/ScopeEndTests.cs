using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What ends a run is part of its attempt: the end of its scope is reached by a time-out, a cancel and a stop, and holds no worker for ever.</summary>
public sealed class ScopeEndTests : IDisposable
{
    private readonly LogEntries _log = new();
    private readonly EndingScopes _scopes = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_scope_that_does_not_end_fails_its_attempt_as_timeout_and_gives_the_slot_back()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromSeconds(1) });
        await _scopes.NextAsync();

        host.Time.Advance(TimeSpan.FromSeconds(1));
        var ended = await AdvanceUntilEndedAsync(host, task);
        var next = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _scopes.NextAsync()).SetResult();

        Assert.Equal((BackgroundTaskState.Failed, "timeout"), (ended.State, ended.Error!.Type));
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(next)).State);
        Assert.Contains($"{task.Id:N}", Assert.Single(_log.Named("ScopeLeftBehind")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_reaches_a_scope_that_does_not_end()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        await _scopes.NextAsync();

        await host.Queue.CancelAsync(task.Id);

        Assert.Equal(BackgroundTaskState.Canceled, (await AdvanceUntilEndedAsync(host, task)).State);
    }

    [Fact]
    public async Task A_stop_reaches_a_scope_that_does_not_end()
    {
        await using var host = await StartAsync(options => options.StopGrace = TimeSpan.FromHours(1));
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        await _scopes.NextAsync();

        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await AdvanceUntilAsync(host, () => Task.FromResult(stopping.IsCompleted));

        Assert.Single(_log.Named("ScopeLeftBehind"));
        var left = (await host.Queue.FindAsync(task.Id))!;
        Assert.Equal((BackgroundTaskState.Queued, 0), (left.State, left.Attempt));
    }

    [Fact]
    public async Task A_scope_that_ends_soon_after_the_time_limit_leaves_the_result_as_it_is()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromSeconds(1) });
        var scope = await _scopes.NextAsync();

        host.Time.Advance(TimeSpan.FromSeconds(1));
        await _scopes.Cancelled.Task.WaitAsync(TaskHost.Guard);
        scope.SetResult();

        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
    }

    [Fact]
    public async Task What_a_scope_throws_fails_the_attempt_and_does_not_replace_the_handlers_own_failure()
    {
        await using var host = await StartAsync();
        var succeeded = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _scopes.NextAsync()).SetException(new BackgroundTaskException("of the scope"));
        var failed = await host.Queue.EnqueueAsync(new HeldPayload("fails"));
        (await _scopes.NextAsync()).SetException(new BackgroundTaskException("of the scope"));

        Assert.Equal("of the scope", (await host.EndOf(succeeded)).Error!.Message);
        Assert.Equal("of the handler", (await host.EndOf(failed)).Error!.Message);
        Assert.Single(_log.Named("ScopeFailed"));
    }

    private static async Task<BackgroundTask> AdvanceUntilEndedAsync(TaskHost host, BackgroundTask task)
    {
        await AdvanceUntilAsync(host, async () => (await host.Queue.FindAsync(task.Id))!.IsTerminal);
        return (await host.Queue.FindAsync(task.Id))!;
    }

    private static async Task AdvanceUntilAsync(TaskHost host, Func<Task<bool>> reached)
    {
        while (!await reached())
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private Task<TaskHost> StartAsync(Action<BackgroundTasksOptions>? options = null) => TaskHost.StartAsync(
        tasks =>
        {
            tasks.Services.AddSingleton<ILoggerProvider>(_log);
            tasks.Services.AddSingleton(_scopes);
            tasks.Services.AddScoped<EndingService>();
            tasks.AddHandler<EndingHandler, HeldPayload, string>("ending", type => type.MaxConcurrency = 1);
        },
        options);

    private sealed class EndingHandler(EndingService service, EndingScopes scopes) : IBackgroundTaskHandler<HeldPayload, string>
    {
        public Task<string> HandleAsync(HeldPayload payload, BackgroundTaskContext context, CancellationToken cancellationToken)
        {
            _ = service;
            cancellationToken.Register(() => scopes.Cancelled.TrySetResult());
            return payload.Name == "fails" ? throw new BackgroundTaskException("of the handler") : Task.FromResult("");
        }
    }

    private sealed class EndingService(EndingScopes scopes) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => scopes.EndAsync();
    }
}

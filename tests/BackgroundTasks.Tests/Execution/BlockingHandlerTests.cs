using System.Globalization;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Execution;

public class BlockingHandlerTests
{
    [Fact]
    public async Task A_blocking_handler_runs_on_a_thread_of_its_own_and_stays_there_when_it_awaits()
    {
        await using var host = await StartAsync(async cancellationToken =>
        {
            var before = (Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread);
            await Task.Yield();
            return before == (Environment.CurrentManagedThreadId, false);
        });

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.True(host.Queue.GetResult<bool>(task));
    }

    [Fact]
    public async Task A_blocking_handler_logs_under_its_task()
    {
        var scopes = new LoggerExternalScopeProvider();
        var logged = new List<string>();
        await using var host = await TaskHost.StartAsync(tasks =>
        {
            tasks.Services.AddSingleton<ILoggerFactory>(new ScopedLoggers(scopes));
            tasks.AddHandler(
                "block",
                (HeldPayload _, BackgroundTaskContext _, CancellationToken _) =>
                {
                    scopes.ForEachScope(static (scope, logged) => logged.Add($"{scope}"), logged);
                    return Task.FromResult(true);
                },
                type => type.Blocking = true);
        });

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.Equal([$"task {task.Id:N} block attempt 1"], logged);
    }

    [Fact]
    public async Task With_every_worker_blocked_the_rest_goes_on()
    {
        using var release = new ManualResetEventSlim();
        var blocked = new CountdownEvent(8);
        await using var host = await TaskHost.StartAsync(tasks => tasks
            .AddHandler("block", (int[] _, BackgroundTaskContext _, CancellationToken token) => { blocked.Signal(); release.Wait(token); return Task.FromResult(true); }, type => (type.Blocking, type.Queue) = (true, "blocking"))
            .AddHandler("quick", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(true)),
            options => options.Queues["blocking"] = new() { BlockingWorkers = 8 });
        var blocking = new List<BackgroundTask>();
        for (var i = 0; i < 16; i++)
            blocking.Add(await host.Queue.EnqueueAsync(Array.Empty<int>()));
        Assert.True(blocked.Wait(TaskHost.Guard));

        var quick = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        var states = await Task.WhenAll(blocking.Select(async task => (await host.Queue.FindAsync(task.Id))!.State));
        blocked.Reset(8);
        release.Set();

        Assert.Equal(BackgroundTaskState.Succeeded, quick.State);
        Assert.Equal(8, states.Count(state => state is BackgroundTaskState.Running));
        foreach (var task in blocking)
            await host.EndOf(task);
    }

    [Fact]
    public async Task What_a_blocking_handler_throws_fails_its_task_before_and_after_an_await()
    {
        await using var before = await StartAsync(_ => throw new BackgroundTaskException("before"));
        await using var after = await StartAsync(async _ =>
        {
            await Task.Yield();
            throw new BackgroundTaskException("after");
        });

        Assert.Equal("before", (await before.EndOf(await before.Queue.EnqueueAsync(new HeldPayload()))).Error!.Message);
        Assert.Equal("after", (await after.EndOf(await after.Queue.EnqueueAsync(new HeldPayload()))).Error!.Message);
    }

    [Fact]
    public async Task A_blocking_handler_whose_async_void_throws_runs_to_its_end_and_then_fails()
    {
        var reachedItsEnd = false;
        await using var host = await StartAsync(async _ =>
        {
            Forget();
            await Task.Yield();
            await Task.Yield();
            reachedItsEnd = Thread.CurrentThread is { IsThreadPoolThread: false };
            return true;
        });

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.True(reachedItsEnd);
        Assert.Equal((BackgroundTaskState.Failed, "forgotten"), (task.State, task.Error?.Message));

        static async void Forget()
        {
            await Task.Yield();
            throw new BackgroundTaskException("forgotten");
        }
    }

    [Fact]
    public async Task What_a_blocking_handler_leaves_running_that_throws_is_logged_and_ends_nothing()
    {
        var log = new LogEntries();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await TaskHost.StartAsync(tasks =>
        {
            tasks.Services.AddSingleton<ILoggerProvider>(log);
            tasks.AddHandler("block", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => { Forget(goOn.Task); return Task.FromResult(true); }, type => type.Blocking = true);
        });

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        goOn.SetResult();
        var entry = await log.NextAsync("LeftBehindFailed");

        Assert.Equal(BackgroundTaskState.Succeeded, task.State);
        Assert.Equal("too late", entry.Exception!.Message);

        static async void Forget(Task goOn)
        {
            await goOn;
            throw new InvalidOperationException("too late");
        }
    }

    [Fact]
    public async Task What_a_handler_sets_on_its_thread_is_gone_for_the_next_one()
    {
        using var threads = new HandlerThreads();
        var (culture, before, mine) = (CultureInfo.CurrentCulture, Describe(), (CultureInfo)CultureInfo.InvariantCulture.Clone());
        mine.NumberFormat.NumberDecimalSeparator = "mine";

        var first = await threads.RunAsync(
            () =>
            {
                var seen = Describe();
                Thread.CurrentThread.Priority = ThreadPriority.Lowest;
                Thread.CurrentThread.Name = "mine";
                Thread.CurrentThread.IsBackground = false;
                CultureInfo.CurrentCulture = mine;
                return Task.FromResult(seen);
            },
            _ => { });
        Task<string> second;
        using (ExecutionContext.SuppressFlow())
            second = threads.RunAsync(() => Task.FromResult(Describe()), _ => { });

        Assert.Equal(first, await second);
        Assert.NotEqual(before, first);
        Assert.Equal(culture, CultureInfo.CurrentCulture);

        static string Describe() => $"{Thread.CurrentThread.Priority} {Thread.CurrentThread.Name} {Thread.CurrentThread.IsBackground} {CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator}";
    }

    private static Task<TaskHost> StartAsync(Func<CancellationToken, Task<bool>> handler) => TaskHost.StartAsync(
        tasks => tasks.AddHandler("block", (HeldPayload _, BackgroundTaskContext _, CancellationToken cancellationToken) => handler(cancellationToken), type => type.Blocking = true));

    /// <summary>Loggers that write nothing and keep scopes.</summary>
    private sealed class ScopedLoggers(IExternalScopeProvider scopes) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}

using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What takes the tasks of a queue ends by the stop alone.</summary>
public sealed class DispatchTests : IDisposable
{
    private readonly HeldWork _held = new();
    private readonly LogEntries _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task An_outage_of_the_store_is_waited_out_and_told_once()
    {
        await using var host = await StartAsync([.. Enumerable.Range(0, 10).Select(_ => new BackgroundTaskStoreException("The connection is lost."))]);
        var task = await host.Queue.EnqueueAsync(new HeldPayload());

        await RunAsync(host, task);

        Assert.Equal(LogLevel.Error, Assert.Single(_log.Named("TakeFailed")).Level);
        Assert.Empty(_log.Named("DispatchFailed"));
    }

    [Fact]
    public async Task A_dispatcher_that_fails_for_another_reason_is_critical_and_started_again()
    {
        await using var host = await StartAsync(new InvalidOperationException(), new OperationCanceledException());
        var task = await host.Queue.EnqueueAsync(new HeldPayload());

        await RunAsync(host, task);

        Assert.Equal([LogLevel.Critical, LogLevel.Critical], _log.Named("DispatchFailed").Select(entry => entry.Level));
    }

    [Fact]
    public async Task A_store_that_cannot_hand_over_does_not_hold_the_stop()
    {
        await using var host = await StartAsync([.. Enumerable.Range(0, 1_000).Select(_ => new BackgroundTaskStoreException())]);
        await _log.NextAsync("TakeFailed");

        await host.StopAsync().WaitAsync(TaskHost.Guard);

        Assert.Equal(0, host.Get<TaskWorker>().Describe().Running);
    }

    private async Task RunAsync(TaskHost host, BackgroundTask task)
    {
        while (!_held.HasStarted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        (await _held.NextAsync()).Return("");
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
    }

    private Task<TaskHost> StartAsync(params Exception[] faults) => TaskHost.StartAsync(tasks =>
    {
        tasks.Services.AddSingleton<ILoggerProvider>(_log);
        StoreFaults.Use(tasks.Services, nameof(IBackgroundTaskStore.TakeAsync), faults);
        tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync);
    });
}

using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Tests.Execution;

public class PauseTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task While_paused_what_runs_goes_on_and_nothing_is_started()
    {
        await using var host = await StartAsync();
        var running = await host.Queue.EnqueueAsync(new HeldPayload("first"));
        var run = await _held.NextAsync();

        Workers(host).Pause();
        await host.Queue.EnqueueAsync(new HeldPayload("second"));
        run.Return("");
        await host.EndOf(running);
        await host.EndOf(await host.Queue.EnqueueAsync(new[] { 1 }, new() { Queue = "other" }));

        Assert.False(_held.HasStarted);
        Workers(host).Resume();
        Assert.Equal("second", await ReturnNextAsync());
    }

    [Fact]
    public async Task A_resume_starts_at_once_as_many_as_there_are_workers()
    {
        await using var host = await StartAsync();
        Workers(host).Pause();
        for (var i = 0; i < 3; i++)
            await host.Queue.EnqueueAsync(new HeldPayload());

        Workers(host).Resume();
        Workers(host).Resume();

        var (first, second) = (await _held.NextAsync(), await _held.NextAsync());
        Assert.False(_held.HasStarted);
        first.Return("");
        second.Return("");
        await ReturnNextAsync();
    }

    [Fact]
    public async Task A_stop_ends_while_paused_and_leaves_what_waits_queued()
    {
        await using var host = await StartAsync();
        Workers(host).Pause();
        var waiting = await host.Queue.EnqueueAsync(new HeldPayload());

        await host.StopAsync().WaitAsync(TaskHost.Guard);
        Workers(host).Resume();

        Assert.Equal(BackgroundTaskState.Queued, (await host.Queue.FindAsync(waiting.Id))!.State);
        Assert.False(_held.HasStarted);
    }

    [Fact]
    public async Task A_pause_during_a_stop_ends_it_with_what_runs()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 3; i++)
            await host.Queue.EnqueueAsync(new HeldPayload());
        var (first, second) = (await _held.NextAsync(), await _held.NextAsync());

        var stopping = host.StopAsync();
        Workers(host).Pause();
        first.Return("");
        second.Return("");
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.False(_held.HasStarted);
    }

    [Fact]
    public async Task A_free_slot_does_not_open_a_paused_queue()
    {
        await using var host = await TaskHost.StartAsync(
            tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync, options => options.MaxConcurrency = 1),
            options => options.Queues["other"] = new());
        await host.Queue.EnqueueAsync(new HeldPayload("first"));
        var first = await _held.NextAsync();
        await host.Queue.EnqueueAsync(new HeldPayload("paused"));
        Workers(host).Pause();

        await host.Queue.EnqueueAsync(new HeldPayload("other"), new() { Queue = "other" });
        first.Return("");
        var next = await ReturnNextAsync();

        Assert.Equal("other", next);
        Assert.False(_held.HasStarted);
        Workers(host).Resume();
        Assert.Equal("paused", await ReturnNextAsync());
    }

    [Fact]
    public async Task Pausing_and_resuming_at_any_moment_loses_nothing_and_runs_nothing_twice()
    {
        var ran = 0;
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler("count", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) =>
            Task.FromResult(Interlocked.Increment(ref ran)), options => options.MaxConcurrency = 2));
        var toggling = Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                Workers(host).Pause();
                Workers(host).Resume();
            }
        });

        var tasks = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(async () => await host.Queue.EnqueueAsync(new HeldPayload()))));
        await toggling;

        foreach (var task in tasks)
            Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
        Assert.Equal(500, ran);
    }

    private static QueueWorkers Workers(TaskHost host) => host.Get<IEnumerable<IHostedService>>().OfType<TaskWorker>().Single().Find("default")!;

    private async Task<string> ReturnNextAsync()
    {
        var run = await _held.NextAsync();
        run.Return("");
        return run.Name;
    }

    private Task<TaskHost> StartAsync() => TaskHost.StartAsync(
        tasks => tasks
            .AddHandler<HeldPayload, string>("held", _held.HandleAsync)
            .AddHandler("free", (int[] _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult("")),
        options =>
        {
            options.Queues["default"] = new() { Workers = 2 };
            options.Queues["other"] = new();
        });
}

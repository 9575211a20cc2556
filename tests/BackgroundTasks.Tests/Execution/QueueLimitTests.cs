using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Tests.Execution;

public class QueueLimitTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_slot_that_becomes_free_takes_the_next_and_other_types_run_meanwhile()
    {
        await using var host = await StartAsync(options => options.MaxConcurrency = 2);
        for (var i = 0; i < 4; i++)
            await host.Queue.EnqueueAsync(new HeldPayload($"{i}"));
        var (first, second) = (await _held.NextAsync(), await _held.NextAsync());

        await host.EndOf(await host.Queue.EnqueueAsync(new[] { 1 }));
        Assert.False(_held.HasStarted);
        first.Return("");
        var third = await _held.NextAsync();

        Assert.Equal("2", third.Name);
        second.Return("");
        (await _held.NextAsync()).Return("");
        third.Return("");
    }

    [Fact]
    public async Task A_limit_holds_whatever_threads_and_queues_its_tasks_come_from()
    {
        var (running, most) = (0, 0);
        await using var host = await TaskHost.StartAsync(
            tasks => tasks.AddHandler("limited", async (HeldPayload _, BackgroundTaskContext _, CancellationToken _) =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return "";
            }, options => options.MaxConcurrency = 3),
            options => options.Queues["other"] = new());

        var tasks = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(i => Task.Run(async () =>
            await host.Queue.EnqueueAsync(new HeldPayload(), new() { Queue = i % 2 == 0 ? "default" : "other" }))));

        foreach (var task in tasks)
            Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task A_rate_limit_lets_the_next_start_when_its_time_has_come()
    {
        await using var host = await StartAsync(options => options.RateLimit = new() { Permits = 1, Period = TimeSpan.FromSeconds(10) });
        var begun = host.Time.GetUtcNow();
        for (var i = 0; i < 2; i++)
            await host.Queue.EnqueueAsync(new HeldPayload($"{i}"));
        (await _held.NextAsync()).Return("");

        while (!_held.HasStarted)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.True(host.Time.GetUtcNow() - begun >= TimeSpan.FromSeconds(10));
        (await _held.NextAsync()).Return("");
    }

    [Fact]
    public async Task A_start_that_comes_too_late_is_told_from_one_that_happened()
    {
        await using var host = await StartAsync(_ => { });
        var task = await host.Queue.EnqueueAsync(new[] { 1 });
        await host.EndOf(task);

        Assert.False(await host.Get<TaskExecutor>().RunAsync(task));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_what_was_canceled_behind_a_limit()
    {
        await using var host = await StartAsync(options => options.RateLimit = new() { Period = TimeSpan.FromHours(1) });
        await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Return("");
        var waiting = await host.Queue.EnqueueAsync(new HeldPayload());

        var stopping = host.StopAsync();
        await host.Queue.CancelAsync(waiting.Id);

        await stopping.WaitAsync(TaskHost.Guard);
    }

    [Theory]
    [InlineData(0, 1, 1.0, null, "BackgroundTasks:Types:held:MaxConcurrency is 0; set it to 1 to 100000.")]
    [InlineData(1, 0, 1.0, null, "BackgroundTasks:Types:held:RateLimit:Permits is 0; set it to 1 to 1000000.")]
    [InlineData(1, 1, 0.0, null, "BackgroundTasks:Types:held:RateLimit:Period is 00:00:00; set it to a time from 00:00:00.0010000 to 1.00:00:00")]
    [InlineData(1, 1, 1.0, 0, "BackgroundTasks:Types:held:RateLimit:Burst is 0; set it to 1 to 1000000.")]
    public async Task A_bad_limit_stops_the_start_with_what_to_do(int concurrency, int permits, double seconds, int? burst, string message)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options =>
            (options.MaxConcurrency, options.RateLimit) = (concurrency, new() { Permits = permits, Period = TimeSpan.FromSeconds(seconds), Burst = burst })));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_tag_that_no_task_can_have_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TaskHost.StartAsync(_ => { }, options => options.TenantTag = "a:b"));

        Assert.Contains("BackgroundTasks:TenantTag", refused.Message, StringComparison.Ordinal);
    }

    private Task<TaskHost> StartAsync(Action<BackgroundTaskTypeOptions> configure) => TaskHost.StartAsync(tasks => tasks
        .AddHandler<HeldPayload, string>("held", _held.HandleAsync, configure)
        .AddHandler("free", (int[] _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult("")));

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}

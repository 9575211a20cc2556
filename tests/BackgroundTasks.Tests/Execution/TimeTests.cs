using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>Delays, times and time-outs, by the fake clock.</summary>
public class TimeTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task A_delayed_task_begins_when_its_time_has_come_and_not_before()
    {
        await using var host = await StartAsync();
        var delayed = await host.Queue.EnqueueAsync(new HeldPayload("delayed"), new() { Delay = TimeSpan.FromSeconds(10) });
        await host.Queue.EnqueueAsync(new HeldPayload("at once"), new() { ScheduledFor = host.Time.GetUtcNow().AddDays(-1) });
        var first = await _held.NextAsync();
        host.Time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(BackgroundTaskState.Scheduled, (await host.Queue.FindAsync(delayed.Id))!.State);

        host.Time.Advance(TimeSpan.FromSeconds(0.1));
        var second = await _held.NextAsync();

        Assert.Equal(("at once", "delayed"), (first.Name, second.Name));
        Assert.Equal((BackgroundTaskState.Scheduled, host.Time.GetUtcNow()), (delayed.State, delayed.ScheduledFor));
        first.Return("");
        second.Return("");
    }

    [Fact]
    public async Task One_that_is_due_earlier_than_the_clock_is_set_for_is_not_missed()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload("later"), new() { Delay = TimeSpan.FromHours(5) });
        var sooner = await host.Queue.EnqueueAsync(new HeldPayload("sooner"), new() { Delay = TimeSpan.FromSeconds(1) });

        host.Time.Advance(TimeSpan.FromSeconds(1));
        var begun = await _held.NextAsync();

        Assert.Equal("sooner", begun.Name);
        begun.Return("");
        await host.EndOf(sooner);
    }

    [Fact]
    public async Task Many_that_are_due_at_once_all_begin_in_their_order()
    {
        await using var host = await StartAsync(workers: 1);
        for (var i = 0; i < 2_500; i++)
            await host.Queue.EnqueueAsync(new HeldPayload($"{i}"), new() { Delay = TimeSpan.FromSeconds(10) });

        host.Time.Advance(TimeSpan.FromSeconds(10));

        for (var i = 0; i < 2_500; i++)
        {
            var run = await _held.NextAsync();
            Assert.Equal($"{i}", run.Name);
            run.Return("");
        }
    }

    [Fact]
    public async Task A_delayed_task_is_canceled_at_once()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Delay = TimeSpan.FromSeconds(10) });

        Assert.Equal(BackgroundTaskState.Canceled, (await host.Queue.CancelAsync(task.Id))!.State);
        host.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.False(_held.HasStarted);
    }

    [Fact]
    public async Task More_than_may_be_scheduled_are_refused()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync), options => options.MaxScheduled = 1);
        await host.Queue.EnqueueAsync(new HeldPayload(), new() { Delay = TimeSpan.FromSeconds(10) });

        var refused = await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(async () => await host.Queue.EnqueueAsync(new HeldPayload(), new() { Delay = TimeSpan.FromSeconds(10) }));

        Assert.Contains("BackgroundTasks:MaxScheduled", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_whose_time_is_over_is_told_and_fails_as_timeout()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromSeconds(5) });
        var run = await _held.NextAsync();
        run.HeedToken();

        host.Time.Advance(TimeSpan.FromSeconds(5));
        var ended = await host.EndOf(task);

        Assert.Equal((BackgroundTaskState.Failed, "timeout", false), (ended.State, ended.Error!.Type, ended.CancelRequested));
    }

    [Fact]
    public async Task A_timed_out_attempt_is_followed_by_another_where_one_is_left()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromSeconds(5), MaxAttempts = 2 });
        (await _held.NextAsync()).HeedToken();

        host.Time.Advance(TimeSpan.FromSeconds(5));
        var waiting = await RetryTests.UntilAsync(host, task.Id, found => found.State is BackgroundTaskState.Scheduled);

        Assert.Equal("timeout", waiting.Error!.Type);
    }

    [Fact]
    public async Task What_ends_in_time_leaves_no_deadline_behind()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromSeconds(5) });
        (await _held.NextAsync()).Return("in time");

        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
        host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(task)).State);
    }

    private Task<TaskHost> StartAsync(int workers = 8) => TaskHost.StartAsync(
        tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers });
}

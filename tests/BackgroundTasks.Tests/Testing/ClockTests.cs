using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Testing;

/// <summary>The clock of a test moves delays, retries, time-outs and retention.</summary>
public class ClockTests
{
    private readonly StepsHandler _steps = new();

    [Fact]
    public async Task What_becomes_due_is_queued_at_its_time_and_waits_for_the_drain()
    {
        await using var host = await _steps.StartAsync();
        var late = await host.Queue.EnqueueAsync(new Step("late"), new() { Delay = TimeSpan.FromHours(2) });
        var early = await host.Queue.EnqueueAsync(new Step("early"), new() { Delay = TimeSpan.FromHours(1) });
        await host.Queue.EnqueueAsync(new Step("not yet"), new() { Delay = TimeSpan.FromHours(4) });

        await host.Testing.AdvanceAsync(TimeSpan.FromHours(3));
        var queued = await host.Queue.FindAsync(late.Id);
        await host.Testing.DrainAsync();

        Assert.Equal((BackgroundTaskState.Queued, late.ScheduledFor), (queued!.State, queued.QueuedAt));
        Assert.Equal(early.ScheduledFor, (await host.Queue.FindAsync(early.Id))!.QueuedAt);
        Assert.Equal(["early", "late"], _steps.Began);
    }

    [Fact]
    public async Task Retries_wait_for_the_whole_of_their_backoff()
    {
        await using var host = await _steps.StartAsync();
        await host.Queue.EnqueueAsync(new Step("a", Failures: 2));
        var first = Assert.Single(await host.Testing.DrainAsync());

        await host.Testing.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        var tooEarly = await host.Testing.DrainAsync();
        await host.Testing.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        var second = Assert.Single(await host.Testing.DrainAsync());
        await host.Testing.AdvanceAsync(TimeSpan.FromSeconds(4));
        var third = Assert.Single(await host.Testing.DrainAsync());

        Assert.Empty(tooEarly);
        Assert.Equal((BackgroundTaskState.Scheduled, "a failed"), (first.State, first.Error!.Message));
        Assert.Equal((BackgroundTaskState.Scheduled, BackgroundTaskState.Succeeded, 3), (second.State, third.State, third.Attempt));
    }

    [Fact]
    public async Task An_ended_task_is_removed_after_its_retention()
    {
        await using var host = await _steps.StartAsync();
        var task = await host.Queue.EnqueueAsync(new Step("a"));
        await host.Testing.DrainAsync();

        await host.Testing.AdvanceAsync(TimeSpan.FromHours(24));
        var kept = await host.Queue.FindAsync(task.Id);
        await host.Testing.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.NotNull(kept);
        Assert.Null(await host.Queue.FindAsync(task.Id));
    }

    [Fact]
    public async Task A_handler_that_runs_is_told_when_its_time_is_over()
    {
        var work = new HeldWork();
        await using var host = await TestingHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", work.HandleAsync));
        await host.Queue.EnqueueAsync(new HeldPayload(), new() { Timeout = TimeSpan.FromSeconds(5) });
        var drain = host.Testing.DrainAsync();
        (await work.NextAsync()).HeedToken();

        await host.Testing.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.Equal("timeout", Assert.Single(await drain).Error!.Type);
    }

    [Fact]
    public async Task A_handler_that_waits_by_the_clock_goes_on_when_it_is_moved()
    {
        await using var host = await TestingHost.StartAsync(tasks => tasks.AddHandler<Note, string>("slow", async (note, context, cancellationToken) =>
        {
            var clock = context.Services.GetRequiredService<TimeProvider>();
            await Task.Delay(TimeSpan.FromMinutes(1), clock, cancellationToken);
            await Task.Delay(TimeSpan.FromMinutes(1), clock, cancellationToken);
            return note.Text;
        }));
        await host.Queue.EnqueueAsync(new Note("done"));

        var drain = host.Testing.DrainAsync();
        await host.Testing.AdvanceAsync(TimeSpan.FromMinutes(1));
        var early = drain.IsCompleted;
        await host.Testing.AdvanceAsync(TimeSpan.FromMinutes(1));
        var ran = await drain.WaitAsync(HeldWork.Guard);

        Assert.False(early);
        Assert.Equal("done", host.Queue.GetResult<string>(Assert.Single(ran)));
    }

    [Fact]
    public async Task A_clock_that_was_moved_directly_counts_at_the_next_drain()
    {
        await using var host = await _steps.StartAsync();
        await host.Queue.EnqueueAsync(new Step("a"), new() { Delay = TimeSpan.FromHours(1) });

        host.Testing.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Single(await host.Testing.DrainAsync());
    }

    [Fact]
    public async Task A_fake_clock_that_the_test_has_brought_is_the_one_that_moves()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var host = await TestingHost.StartAsync(tasks =>
        {
            tasks.Services.AddSingleton<TimeProvider>(clock);
            _steps.AddTo(tasks);
        });

        await host.Testing.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Same(clock, host.Testing.Clock);
        Assert.Equal(6, host.Get<TimeProvider>().GetUtcNow().Second);
    }

    [Fact]
    public async Task Time_does_not_run_backwards()
    {
        await using var host = await _steps.StartAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.Testing.AdvanceAsync(TimeSpan.FromSeconds(-1)));
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What is meant as elapsed time goes by elapsed time, whoever sets the wall clock; what is meant as a time of day follows it.</summary>
public sealed class SetClockTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly HeldWork _held = new();
    private readonly SetTime _time = new();
    private readonly SemaphoreSlim _marked = new(0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("background-tasks-");

    public void Dispose()
    {
        _marked.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_delay_ends_on_time_when_the_clock_was_set_forward_while_another_waits()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload("waits"), new() { Delay = TimeSpan.FromSeconds(30) });
        _time.Set(TimeSpan.FromHours(2));
        await host.Queue.EnqueueAsync(new HeldPayload("delayed"), new() { Delay = TimeSpan.FromSeconds(1) });

        _time.Advance(TimeSpan.FromSeconds(1));
        var first = await _held.NextAsync();
        Assert.False(_held.HasStarted);
        _time.Advance(TimeSpan.FromSeconds(29));
        var second = await _held.NextAsync();

        Assert.Equal(("delayed", "waits"), (first.Name, second.Name));
        first.Return("");
        second.Return("");
    }

    [Fact]
    public async Task A_delay_ends_on_time_when_the_clock_was_set_back_and_stays_so()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload(), new() { Delay = TimeSpan.FromSeconds(4) });
        _time.Set(TimeSpan.FromHours(-1));

        _time.Advance(TimeSpan.FromSeconds(4));

        (await _held.NextAsync()).Return("");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_retry_comes_on_time_whichever_way_the_clock_is_set(int hours)
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload(), new() { MaxAttempts = 2 });
        (await _held.NextAsync()).Throw(new BackgroundTaskException("Not yet.") { RetryAfter = TimeSpan.FromMinutes(5) });
        await RetryTests.UntilAsync(host, task.Id, found => found.State is BackgroundTaskState.Scheduled);
        _time.Set(TimeSpan.FromHours(hours));

        _time.Advance(TimeSpan.FromMinutes(4));
        await PassAsync(host);
        Assert.False(_held.HasStarted);
        _time.Advance(TimeSpan.FromMinutes(1));

        (await _held.NextAsync()).Return("");
    }

    [Fact]
    public async Task A_time_of_day_comes_when_the_clock_shows_it_and_is_noticed_within_a_second()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload(), new() { ScheduledFor = _time.GetUtcNow().AddHours(1) });

        _time.Set(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        (await _held.NextAsync()).Return("");
    }

    [Fact]
    public async Task A_time_of_day_waits_for_a_clock_that_was_set_back()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload(), new() { ScheduledFor = _time.GetUtcNow().AddMinutes(1) });
        _time.Set(TimeSpan.FromHours(-1));

        _time.Advance(TimeSpan.FromMinutes(60));
        await PassAsync(host);
        Assert.False(_held.HasStarted);
        _time.Advance(TimeSpan.FromMinutes(1));

        (await _held.NextAsync()).Return("");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_purged_before_its_age_because_the_clock_ran_ahead(bool sqlite)
    {
        await using var host = await StartAsync(sqlite);
        var old = await FinishAsync(host);
        _time.Advance(Day / 2);
        var young = await FinishAsync(host);
        _time.Set(2 * Day);
        var ahead = await FinishAsync(host);

        _time.Advance(Day / 2 + TimeSpan.FromMinutes(1));
        await GoneAsync(host, old);
        _time.Set(-2 * Day);
        var late = await FinishAsync(host);

        Assert.NotNull(await host.Queue.FindAsync(young));
        Assert.NotNull(await host.Queue.FindAsync(ahead));
        _time.Advance(Day / 2 + TimeSpan.FromMinutes(1));
        await GoneAsync(host, young);
        await GoneAsync(host, ahead);
        Assert.NotNull(await host.Queue.FindAsync(late));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_that_finished_while_the_clock_was_ahead_is_purged_on_time_and_so_are_those_after_it(bool sqlite)
    {
        await using var host = await StartAsync(sqlite);
        _time.Set(Day);
        var ahead = await FinishAsync(host);
        _time.Set(-Day);
        var after = await FinishAsync(host);

        _time.Advance(Day + TimeSpan.FromMinutes(1));

        await GoneAsync(host, ahead);
        await GoneAsync(host, after);
    }

    [Fact]
    public async Task What_another_process_left_from_the_future_is_purged_on_time()
    {
        Guid ahead;
        await using (var before = await StartAsync(sqlite: true))
        {
            _time.Set(100 * Day);
            ahead = await FinishAsync(before);
            _time.Set(-100 * Day);
        }

        await using var host = await StartAsync(sqlite: true);
        var after = await FinishAsync(host);
        Assert.NotNull(await host.Queue.FindAsync(ahead));
        _time.Advance(Day + TimeSpan.FromMinutes(1));

        await GoneAsync(host, ahead);
        await GoneAsync(host, after);
    }

    [Fact]
    public async Task After_a_restart_what_waits_goes_by_the_wall_clock()
    {
        await using (var before = await StartAsync(sqlite: true))
            await before.Queue.EnqueueAsync(new HeldPayload(), new() { Delay = TimeSpan.FromHours(1) });

        await using var host = await StartAsync(sqlite: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        await PassAsync(host);
        Assert.False(_held.HasStarted);
        _time.Set(TimeSpan.FromHours(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        (await _held.NextAsync()).Return("");
    }

    [Fact]
    public async Task How_long_the_oldest_waits_is_elapsed_time()
    {
        await using var host = await StartAsync(workers: 1);
        var store = host.Get<IBackgroundTaskStore>();
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        await host.Queue.EnqueueAsync(new HeldPayload());
        _time.Set(TimeSpan.FromHours(2));
        _time.Advance(TimeSpan.FromSeconds(10));

        var counts = Assert.Single((await store.GetOverviewAsync(default)).Queues);

        Assert.Equal(TimeSpan.FromSeconds(10), _time.GetUtcNow() - counts.OldestQueuedAt);
        run.Return("");
        (await _held.NextAsync()).Return("");
    }

    [Fact]
    public void A_clock_that_runs_a_little_fast_was_not_set()
    {
        var clock = new BackgroundTaskClock(_time);

        _time.Set(TimeSpan.FromSeconds(0.4));
        _time.Advance(TimeSpan.FromHours(1));
        var little = (clock.Skew, clock.SteadyNow - clock.StartedAt);
        _time.Set(TimeSpan.FromSeconds(0.4));
        var more = clock.Skew;
        _time.Set(-Day);

        Assert.Equal((TimeSpan.Zero, TimeSpan.FromHours(1)), little);
        Assert.Equal(TimeSpan.FromSeconds(0.8), more);
        Assert.Equal(TimeSpan.FromSeconds(0.8) - Day, clock.Skew);
        Assert.Equal(clock.StartedAt.AddHours(1), clock.SteadyNow);
    }

    private async Task<Guid> FinishAsync(TaskHost host)
    {
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Return("");
        return (await host.EndOf(task)).Id;
    }

    /// <summary>Completes when the record is gone.</summary>
    private static async Task GoneAsync(TaskHost host, Guid id)
    {
        using var guard = new CancellationTokenSource(TaskHost.Guard);
        while (await host.Queue.FindAsync(id, guard.Token) is not null)
            await Task.Run(static () => { }, guard.Token);
    }

    /// <summary>Completes when what is due now has been queued: a task that is due at once, and comes last, has run.</summary>
    private async Task PassAsync(TaskHost host)
    {
        await host.Queue.EnqueueAsync(new MarkPayload(), new() { ScheduledFor = _time.GetUtcNow().AddSeconds(1), MaxAttempts = 1 });
        _time.Advance(TimeSpan.FromSeconds(1));
        await _marked.WaitAsync(TaskHost.Guard);
    }

    private Task<TaskHost> StartAsync(bool sqlite = false, int workers = 8) => TaskHost.StartAsync(
        tasks =>
        {
            tasks.Services.AddSingleton<TimeProvider>(_time);
            tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync);
            tasks.AddHandler<MarkPayload, string>("mark", (_, _, _) => Task.FromResult($"{_marked.Release()}"));
            if (sqlite)
                tasks.UseSqlite(Path.Combine(_folder.FullName, "tasks.db"));
        },
        options => (options.Retention, options.Queues["default"]) = (Day, new() { Workers = workers }));

    private sealed record MarkPayload;
}

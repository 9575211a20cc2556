using BackgroundTasks.Api.Seed;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Api.Tests.Seed;

public sealed class BlockingPoolTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task As_much_runs_at_once_as_there_are_threads_and_as_much_waits_as_may()
    {
        var pool = new BlockingPool(threads: 3, waiting: 2, Long);
        using var release = new ManualResetEventSlim();
        using var started = new CountdownEvent(3);
        var all = Enumerable.Range(0, 5).Select(_ => Run(pool, Hold)).ToList();

        Assert.True(started.Wait(Long));
        Assert.False(pool.TryRun(() => Assert.Fail("It was refused."), out var refused));
        Assert.True(refused.IsCompletedSuccessfully);
        release.Set();
        await Task.WhenAll(all);

        void Hold()
        {
            if (!started.IsSet)
                started.Signal();
            release.Wait();
        }
    }

    [Fact]
    public async Task A_place_is_free_as_soon_as_the_work_before_it_is_awaited()
    {
        var pool = new BlockingPool(threads: 1, waiting: 0, Long);
        for (var i = 0; i < 1_000; i++)
            await Run(pool, () => { });
    }

    [Fact]
    public async Task One_thread_is_enough_for_work_that_comes_one_by_one()
    {
        var pool = new BlockingPool(threads: 40, waiting: 400, Long);
        var threads = new HashSet<Thread>();
        for (var i = 0; i < 100; i++)
            await Run(pool, () => threads.Add(Thread.CurrentThread));
        Assert.Single(threads);
        Assert.False(threads.Single().IsThreadPoolThread);
    }

    [Fact]
    public async Task An_idle_thread_ends_and_another_takes_its_place_when_needed()
    {
        var pool = new BlockingPool(threads: 1, waiting: 0, idle: TimeSpan.Zero);
        var threads = new List<Thread>();
        for (var i = 0; i < 3; i++)
        {
            await Run(pool, () => threads.Add(Thread.CurrentThread));
            Assert.True(threads[^1].Join(Long));
        }

        Assert.Equal(3, threads.Distinct().Count());
    }

    [Fact]
    public async Task A_failure_reaches_the_caller_and_the_thread_lives_on()
    {
        var pool = new BlockingPool(threads: 1, waiting: 0, Long);
        await Assert.ThrowsAsync<FormatException>(() => Run(pool, () => throw new FormatException()));
        await Run(pool, () => { });
    }

    [Fact]
    public async Task Nothing_is_lost_or_run_twice_when_many_submit_at_once_and_threads_come_and_go()
    {
        var pool = new BlockingPool(threads: 8, waiting: 1_000, idle: TimeSpan.Zero);
        var runs = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), async (_, _) => await Run(pool, () => Interlocked.Increment(ref runs)));
        Assert.Equal(1_000, runs);
    }

    [Fact]
    public async Task Work_that_is_taken_back_while_it_waits_gives_its_place_back_at_once_and_is_not_run()
    {
        var pool = new BlockingPool(threads: 1, waiting: 1, Long);
        using var release = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        using var abandon = new CancellationTokenSource();
        var first = Run(pool, () =>
        {
            started.Set();
            release.Wait();
        });
        Assert.True(started.Wait(Long));
        Assert.True(pool.TryRun(() => Assert.Fail("It was taken back."), out var waiting, abandon.Token));
        Assert.False(pool.TryRun(() => { }, out _));

        await abandon.CancelAsync();
        var second = Run(pool, () => { });
        release.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Task.WhenAll(first, second);
        Assert.True(pool.TryRun(() => Assert.Fail("It was taken back before."), out var late, abandon.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        await Run(pool, () => { });
    }

    [Fact]
    public async Task Simulated_work_ends_with_its_token()
    {
        using var abandon = new CancellationTokenSource();
        Assert.True(new BlockingPool().TryRun(() => SimulatedWork.Block(TimeSpan.FromSeconds(2), new FakeTimeProvider(), abandon.Token), out var completion, abandon.Token));
        await abandon.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => completion.WaitAsync(Long));
    }

    [Fact]
    public async Task Simulated_work_holds_its_thread_until_its_time_is_over()
    {
        var clock = new FakeTimeProvider();
        using var armed = new ManualResetEventSlim();
        var work = Run(new BlockingPool(), () => SimulatedWork.Block(TimeSpan.FromSeconds(2), new AnnouncingClock(clock, armed)));
        Assert.True(armed.Wait(Long));
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(work.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await work;
    }

    private static Task Run(BlockingPool pool, Action work)
    {
        Assert.True(pool.TryRun(work, out var completion));
        return completion;
    }

    /// <summary>Tells when a timer is set, so that the clock is not moved before.</summary>
    private sealed class AnnouncingClock(TimeProvider clock, ManualResetEventSlim armed) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = clock.CreateTimer(callback, state, dueTime, period);
            armed.Set();
            return timer;
        }
    }
}

namespace BackgroundTasks.Tests.Execution;

public class RateLimitTests
{
    [Fact]
    public void After_a_burst_permits_come_evenly_and_hold_back_no_other_type()
    {
        using var sets = NewSets(new() { Permits = 5, Period = TimeSpan.FromSeconds(1) });
        Add(sets, 100);
        var other = sets.Add(ReadyTasks.New("y"));

        var atOnce = sets.TakeAll();

        Assert.Equal((6, other), (atOnce.Count, atOnce[^1]));
        Assert.Equal(0, TakenAfter(sets, TimeSpan.FromMilliseconds(199)));
        Assert.Equal(1, TakenAfter(sets, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(1, TakenAfter(sets, TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void What_is_not_used_is_saved_up_to_the_burst()
    {
        using var sets = NewSets(new() { Permits = 5, Period = TimeSpan.FromSeconds(1), Burst = 2 });
        Add(sets, 2);
        Assert.Equal(2, sets.TakeAll().Count);

        sets.Time.Advance(TimeSpan.FromHours(1));
        Add(sets, 100);

        Assert.Equal(2, sets.TakeAll().Count);
    }

    [Theory]
    [InlineData(7, 1.0)]
    [InlineData(3, 0.001)]
    [InlineData(1_000_000, 86_400)]
    public void Over_a_thousand_periods_not_one_permit_drifts(int permits, double seconds)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var period = TimeSpan.FromSeconds(seconds);
        var bucket = new BackgroundTasks.Execution.TokenBucket(new() { Permits = permits, Period = period, Burst = 1_000_000 }, time);
        for (var i = 0; i < 1_000_000; i++)
            bucket.Spend();
        var spent = 0;

        // Odd steps, so that hardly one of them ends where a permit comes.
        for (var left = 1_000L * period.Ticks; left > 0;)
        {
            var step = Math.Min(left, (period.Ticks / 3) + 7);
            time.Advance(TimeSpan.FromTicks(step));
            left -= step;
            for (; spent < 2_000_000 && bucket.HasPermit; spent++)
                bucket.Spend();
        }

        Assert.Equal(Math.Min(2_000_000, 1_000L * permits), spent);
    }

    [Fact]
    public void The_permit_of_a_start_that_did_not_happen_is_given_back()
    {
        using var sets = NewSets(new() { Period = TimeSpan.FromSeconds(1) });
        Add(sets, 2);
        Assert.Single(sets.TakeAll());

        sets.Limits.Find("x")!.Leave(started: false);

        Assert.Single(sets.TakeAll());
    }

    [Fact]
    public void Both_limits_of_a_type_hold()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 1, RateLimit = new() { Permits = 2 } }));
        Add(sets, 100);

        Assert.Single(sets.TakeAll());
        sets.Limits.Find("x")!.Leave(started: true);
        Assert.Single(sets.TakeAll());
        sets.Limits.Find("x")!.Leave(started: true);
        Assert.Empty(sets.TakeAll());
        sets.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(sets.TakeAll());
    }

    [Fact]
    public void No_timer_runs_unless_something_waits_for_a_permit()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 1, RateLimit = new() }));
        Add(sets, 1);
        Assert.Single(sets.TakeAll());

        sets.Time.Advance(TimeSpan.FromDays(1));
        Add(sets, 1);
        Assert.Empty(sets.TakeAll());
        sets.Time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(sets.Opened);
    }

    private static ReadySets NewSets(BackgroundTaskRateLimit limit) => new(("x", new() { RateLimit = limit }));

    private static void Add(ReadySets sets, int count)
    {
        for (var i = 0; i < count; i++)
            sets.Add(ReadyTasks.New("x"));
    }

    private static int TakenAfter(ReadySets sets, TimeSpan time)
    {
        sets.Time.Advance(time);
        return sets.TakeAll().Count;
    }
}

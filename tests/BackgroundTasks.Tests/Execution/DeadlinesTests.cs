using BackgroundTasks.Execution;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Execution;

public class DeadlinesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<int> _due = [];

    [Fact]
    public void Deadlines_are_met_in_their_order_and_those_given_up_are_not()
    {
        using var deadlines = new Deadlines(_time);
        deadlines.Add(TimeSpan.FromSeconds(3), () => _due.Add(3));
        deadlines.Add(TimeSpan.FromSeconds(1), () => _due.Add(1));
        deadlines.Add(TimeSpan.FromSeconds(2), () => _due.Add(2)).Dispose();

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([1], _due);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([1, 3], _due);
    }

    [Fact]
    public void Sweeping_out_what_was_given_up_keeps_the_rest()
    {
        using var deadlines = new Deadlines(_time);
        var given = Enumerable.Range(0, 1_000).Select(i => deadlines.Add(TimeSpan.FromSeconds(1 + i), () => _due.Add(i))).ToList();

        foreach (var (deadline, i) in given.Select((deadline, i) => (deadline, i)))
        {
            if (i % 10 != 0)
                deadline.Dispose();
        }

        _time.Advance(TimeSpan.FromSeconds(2_000));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * 10), _due);
    }

    [Fact]
    public void A_time_that_is_far_off_is_met_then_and_not_before()
    {
        using var deadlines = new Deadlines(_time);
        deadlines.Add(TimeSpan.FromDays(100), () => _due.Add(100));
        deadlines.Add(TimeSpan.MaxValue, () => _due.Add(-1));

        _time.Advance(TimeSpan.FromDays(99));
        Assert.Empty(_due);
        _time.Advance(TimeSpan.FromDays(2));

        Assert.Equal([100], _due);
    }

    [Fact]
    public void The_real_clock_takes_any_time()
    {
        using var deadlines = new Deadlines(TimeProvider.System);

        Assert.True(deadlines.Add(TimeSpan.FromDays(60), () => _due.Add(60)).IsOpen);
        Assert.True(deadlines.Add(TimeSpan.MaxValue, () => _due.Add(-1)).IsOpen);
    }

    [Fact]
    public void A_time_that_is_over_is_met_at_once()
    {
        using var deadlines = new Deadlines(_time);
        deadlines.Add(TimeSpan.FromSeconds(-1), () => _due.Add(0));
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([0], _due);
    }
}

namespace BackgroundTasks.Tests.Execution;

/// <summary>Of three runs that may be lost, two were.</summary>
public class LastChanceTests
{
    [Fact]
    public void Tasks_with_their_last_chance_run_one_at_a_time_and_others_meanwhile()
    {
        using var sets = new ReadySets(("x", new()), ("y", new()));
        var (first, second) = (sets.Add(Lost(2, "x")), sets.Add(Lost(2, "y")));
        var (once, never) = (sets.Add(Lost(1, "x")), sets.Add(Lost(0, "y")));

        Assert.Equal([first, once, never], sets.TakeAll());
        sets.Limits.Leave(once, started: true);
        Assert.Empty(sets.TakeAll());
        sets.Limits.Leave(first, started: true);
        Assert.Equal([second], sets.TakeAll());
    }

    [Fact]
    public void Queues_share_the_last_chance()
    {
        using var sets = new ReadySets(("x", new()));
        var other = sets.New();
        var (first, second) = (sets.Add(Lost(2, "x")), Lost(2, "x"));
        other.Add(second);
        sets.TakeAll();

        Assert.False(other.TryTake(out _));
        sets.Limits.Leave(first, started: false);
        Assert.True(other.TryTake(out var taken));
        Assert.Same(second, taken);
    }

    [Fact]
    public void The_limit_of_the_type_holds_too_and_neither_is_kept_by_who_lacks_the_other()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 1 }), ("y", new()));
        var running = sets.Add(Lost(0, "x"));
        sets.TakeAll();
        var (limited, free, plain) = (sets.Add(Lost(2, "x")), sets.Add(Lost(2, "y")), sets.Add(Lost(0, "x")));

        Assert.Equal([free], sets.TakeAll());
        sets.Limits.Leave(running, started: true);
        Assert.Equal([plain], sets.TakeAll());
        sets.Limits.Leave(free, started: true);
        Assert.Empty(sets.TakeAll());
        sets.Limits.Leave(plain, started: true);
        Assert.Equal([limited], sets.TakeAll());
    }

    [Fact]
    public void A_first_loss_that_is_final_isolates_nothing_before_it()
    {
        Assert.False(Lost(0, "x").HasLastChance(maxLostRuns: 1));
        Assert.True(Lost(1, "x").HasLastChance(maxLostRuns: 2));
    }

    private static BackgroundTask Lost(int runs, string type) => new() { Submission = ReadyTasks.New(type).Submission, State = BackgroundTaskState.Queued, LostRuns = runs };
}

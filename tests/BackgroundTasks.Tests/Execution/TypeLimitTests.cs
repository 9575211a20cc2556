namespace BackgroundTasks.Tests.Execution;

public class TypeLimitTests
{
    [Fact]
    public void A_type_at_its_limit_holds_back_no_other_and_keeps_its_place()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 2 }));
        var x = Enumerable.Range(0, 4).Select(_ => sets.Add(ReadyTasks.New("x"))).ToList();
        var y = Enumerable.Range(0, 2).Select(_ => sets.Add(ReadyTasks.New("y"))).ToList();
        Assert.Equal([x[0], x[1], y[0], y[1]], sets.TakeAll());

        var late = sets.Add(ReadyTasks.New("y"));
        sets.Limits.Find("x")!.Leave(started: true);

        Assert.Equal([x[2], late], sets.TakeAll());
    }

    [Fact]
    public void A_limit_is_one_over_all_queues_which_are_served_in_turn()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 1 }));
        var other = sets.New();
        for (var i = 0; i < 4; i++)
        {
            sets.Add(ReadyTasks.New("x"));
            other.Add(ReadyTasks.New("x"));
        }

        Assert.True(sets.Ready.TryTake(out _));
        Assert.False(other.TryTake(out _));
        Assert.False(sets.Ready.TryTake(out _));
        sets.Limits.Find("x")!.Leave(started: true);

        Assert.True(other.TryTake(out _));
    }

    [Fact]
    public void Without_tenants_a_limit_changes_nothing_in_the_order()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 100 }));

        var tasks = Enumerable.Range(0, 50).Select(i => sets.Add(ReadyTasks.New(i % 3 == 0 ? "y" : "x"))).ToList();

        Assert.Equal(tasks, sets.TakeAll());
    }

    [Fact]
    public void A_backlog_that_waits_for_its_limit_does_not_put_off_the_tenants_other_work()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 1 }));
        for (var i = 0; i < 1_000; i++)
        {
            sets.Add(ReadyTasks.New("x", "a"));
            sets.Add(ReadyTasks.New("y", "b"));
        }

        var y = sets.Add(ReadyTasks.New("y", "a"));

        Assert.Contains(y, Enumerable.Range(0, 4).Select(_ => sets.Ready.TryTake(out var task) ? task : null));
    }

    [Fact]
    public void What_others_run_while_a_type_waits_does_not_put_off_who_comes_new_to_it()
    {
        using var sets = new ReadySets(("x", new() { MaxConcurrency = 1 }));
        for (var i = 0; i < 1_000; i++)
        {
            sets.Add(ReadyTasks.New("x", "a"));
            sets.Add(ReadyTasks.New("y", "b"));
        }

        Assert.Equal(1_001, sets.TakeAll().Count);
        var late = sets.Add(ReadyTasks.New("x", "c"));
        sets.Limits.Find("x")!.Leave(started: true);

        Assert.Equal([late], sets.TakeAll());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_sequences_take_the_best_of_those_that_are_not_at_their_limit(int seed)
    {
        var random = new Random(seed);
        Dictionary<string, int> limits = new() { ["type0"] = 1, ["type1"] = 3, ["type2"] = int.MaxValue };
        using var sets = new ReadySets([.. limits.Where(limit => limit.Value < 100).Select(limit => (limit.Key, new BackgroundTaskTypeOptions { MaxConcurrency = limit.Value }))]);
        var (model, running) = (new ReadyModel(), new List<BackgroundTask>());
        for (var step = 0; step < 5_000; step++)
        {
            if (random.Next(3) == 0 && running.Count > 0)
                Finish(running[random.Next(running.Count)]);
            else if (random.Next(10) < ((step / 250) % 2 == 0 ? 7 : 3))
                model.Add(sets.Add(ReadyTasks.New($"type{random.Next(3)}", priority: random.Next(-1, 2))));
            else
                Take();
        }

        void Take()
        {
            var expected = model.Take(type => running.Count(task => task.Type == type) < limits[type]);
            Assert.Same(expected, sets.Ready.TryTake(out var task) ? task : null);
            if (expected is not null)
                running.Add(expected);
        }

        void Finish(BackgroundTask task)
        {
            running.Remove(task);
            sets.Limits.Find(task.Type)?.Leave(started: true);
        }
    }
}

using BackgroundTasks.Execution;

namespace BackgroundTasks.Tests.Execution;

public sealed class TenantTurnsTests : IDisposable
{
    private readonly ReadySets _sets = new();

    public void Dispose() => _sets.Dispose();

    [Theory]
    [InlineData("x")]
    [InlineData("y")]
    public void Ten_thousand_of_one_tenant_do_not_delay_anothers_one(string type)
    {
        Add(10_000, "big", "x");
        Take(100);

        Add(1, "small", type);

        Assert.Contains("small", Take(2));
    }

    [Fact]
    public void Three_tenants_share_in_turn_however_much_each_has()
    {
        Add(10_000, "a");
        Add(100, "b");
        Add(10, "c");

        var taken = Take(30);

        Assert.Equal((10, 10, 10), (taken.Count(tenant => tenant == "a"), taken.Count(tenant => tenant == "b"), taken.Count(tenant => tenant == "c")));
        Assert.Equal((90, 90), Take(180) is var rest ? (rest.Count(tenant => tenant == "a"), rest.Count(tenant => tenant == "b")) : default);
    }

    [Fact]
    public void Who_comes_late_has_no_credit_for_the_time_before()
    {
        Add(1_000, "a");
        Take(500);
        Add(1_000, "late");

        Assert.Equal(10, Take(20).Count(tenant => tenant == "late"));
    }

    [Fact]
    public void A_backlog_of_low_priority_does_not_put_off_the_same_tenants_urgent_work()
    {
        Add(1_000, "a", priority: 0);
        Add(10, "b", priority: 10);
        Add(10, "a", priority: 10);

        Assert.Equal(5, Take(10).Count(tenant => tenant == "a"));
    }

    [Fact]
    public void Tasks_without_the_tag_are_one_more_tenant()
    {
        Add(100, null);
        Add(100, "a");

        Assert.Equal(5, Take(10).Count(tenant => tenant is null));
    }

    [Fact]
    public void Without_a_tag_to_name_them_there_are_no_tenants()
    {
        var ready = _sets.New("");
        var tasks = Enumerable.Range(0, 10).Select(i => ReadyTasks.New(tenant: i < 9 ? "a" : "b")).ToList();
        tasks.ForEach(ready.Add);

        Assert.All(tasks, task => Assert.Same(task, ready.TryTake(out var taken) ? taken : null));
    }

    [Fact]
    public void Tenants_are_forgotten_with_their_last_ready_task()
    {
        var turns = new TenantTurns("tenant");
        for (var i = 0; i < 10_000; i++)
        {
            var tasks = Enumerable.Range(0, 2).Select(n => ReadyTasks.New(tenant: $"t{i}", priority: n)).ToList();
            var entered = tasks.ConvertAll(turns.Enter);
            turns.Leave(tasks[0], entered[0], served: true);
            turns.Leave(tasks[1], entered[1], served: false);
        }

        Assert.Equal(0, turns.TenantCount);
    }

    private void Add(int count, string? tenant, string type = "x", int priority = 0)
    {
        for (var i = 0; i < count; i++)
            _sets.Ready.Add(ReadyTasks.New(type, tenant, priority));
    }

    private List<string?> Take(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => _sets.Ready.TryTake(out var task) ? ReadyTasks.TenantOf(task) : throw new InvalidOperationException("Nothing is ready."))];
}

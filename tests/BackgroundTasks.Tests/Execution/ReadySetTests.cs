using BackgroundTasks.Execution;

namespace BackgroundTasks.Tests.Execution;

public sealed class ReadySetTests : IDisposable
{
    private readonly ReadySets _sets = new();

    private ReadySet Ready => _sets.Ready;

    public void Dispose() => _sets.Dispose();

    [Fact]
    public void Equals_are_taken_in_the_order_in_which_they_came_whatever_their_types()
    {
        var tasks = Enumerable.Range(0, 100).Select(i => Add(ReadyTasks.New($"type{i % 3}"))).ToList();

        Assert.Equal(tasks, TakeAll());
    }

    [Fact]
    public void A_higher_priority_goes_first_also_across_types()
    {
        var (low, normal, high) = (Add(ReadyTasks.New(priority: -100)), Add(ReadyTasks.New()), Add(ReadyTasks.New("y", priority: 100)));
        var normalToo = Add(ReadyTasks.New("y"));

        Assert.Equal([high, normal, normalToo, low], TakeAll());
    }

    [Fact]
    public void What_was_forgotten_is_skipped()
    {
        var tasks = Enumerable.Range(0, 3).Select(_ => Add(ReadyTasks.New())).ToList();

        Ready.Forget(tasks[1].Cancel(default)!);

        Assert.Equal([tasks[0], tasks[2]], TakeAll());
    }

    [Fact]
    public void A_task_that_is_queued_again_is_not_taken_for_the_one_that_was_canceled()
    {
        var canceled = ReadyTasks.New().Cancel(default)!;
        Ready.Forget(canceled);

        var again = Add(new BackgroundTask { Submission = canceled.Submission, State = BackgroundTaskState.Queued, Version = canceled.Version + 1 });

        Assert.Equal([again], TakeAll());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_set_of_the_forgotten_does_not_grow(int priorities)
    {
        for (var i = 0; i < 10_000; i++)
            Ready.Forget(Add(ReadyTasks.New($"type{i % 2}", priority: i % (priorities + 1))).Cancel(default)!);

        Assert.True(Ready.Count < 200);
    }

    [Fact]
    public void A_lane_is_a_plain_queue_while_its_keys_only_rise()
    {
        var lane = new ReadyLane(new TenantTurns("tenant"));
        lane.Add(ReadyTasks.New(), 0);
        lane.Add(ReadyTasks.New(priority: -1), 1);
        Assert.False(lane.IsHeap);

        lane.Add(ReadyTasks.New(priority: 1), 2);
        Assert.True(lane.IsHeap);

        while (lane.Count > 0)
            lane.RemoveFirst(toRun: true);
        Assert.False(lane.IsHeap);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void Random_sequences_take_what_a_sorted_list_would(int seed, bool tenants)
    {
        var random = new Random(seed);
        var model = new ReadyModel();
        for (var step = 0; step < 5_000; step++)
        {
            // Phases that fill and phases that empty, so that lanes change between queue and heap. The canceled keep their turns until they are skipped,
            // which the model does not: it has either cancels or tenants.
            if (random.Next(10) < ((step / 250) % 2 == 0 ? 6 : 3))
                model.Add(Add(NewAny(random, tenants ? 3 : 0)));
            else if (!tenants && random.Next(4) == 0 && model.Any(random) is { } canceled)
                Ready.Forget(model.Cancel(canceled).Cancel(default)!);
            else
                Assert.Same(model.Take(), Ready.TryTake(out var task) ? task : null);
        }

        while (model.Take() is { } left)
            Assert.Same(left, Ready.TryTake(out var task) ? task : null);
        Assert.False(Ready.TryTake(out _));
        Assert.Equal(0, Ready.Count);
    }

    [Fact]
    public void With_tenants_and_cancels_nothing_is_lost_or_taken_twice_and_each_tenant_keeps_its_order()
    {
        var random = new Random(5);
        var waiting = new List<BackgroundTask>();
        for (var step = 0; step < 5_000; step++)
        {
            if (random.Next(10) < ((step / 250) % 2 == 0 ? 6 : 3))
                waiting.Add(Add(NewAny(random, tenants: 3)));
            else if (random.Next(3) == 0 && waiting.Count > 0)
                Cancel(waiting[random.Next(waiting.Count)]);
            else if (Ready.TryTake(out var task))
                Took(task);
            else
                Assert.Empty(waiting);
        }

        foreach (var task in TakeAll())
            Took(task);
        Assert.Empty(waiting);

        void Cancel(BackgroundTask task)
        {
            waiting.Remove(task);
            Ready.Forget(task.Cancel(default)!);
        }

        void Took(BackgroundTask task)
        {
            Assert.Same(task, waiting.First(other => other.Submission.Priority == task.Submission.Priority && ReadyTasks.TenantOf(other) == ReadyTasks.TenantOf(task)));
            waiting.Remove(task);
        }
    }

    private static BackgroundTask NewAny(Random random, int tenants) =>
        ReadyTasks.New($"type{random.Next(4)}", random.Next(tenants + 1) is var tenant && tenant > 0 ? $"t{tenant}" : null, random.Next(-1, 2));

    private BackgroundTask Add(BackgroundTask task) => _sets.Add(task);

    private List<BackgroundTask> TakeAll() => _sets.TakeAll();
}

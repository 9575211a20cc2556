using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>Tasks that compute or block have places of their own among the workers of their queue.</summary>
public class BlockingWorkersTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public void By_default_many_may_await_and_few_may_block()
    {
        var options = new BackgroundTaskQueueOptions();

        Assert.Equal((100, Math.Max(8, 4 * Environment.ProcessorCount)), (options.Workers, options.BlockingWorkers));
    }

    [Fact]
    public async Task Who_finds_no_blocking_place_lets_others_pass_and_follows_when_one_is_free()
    {
        await using var host = await StartAsync(workers: 10, blockingWorkers: 2);
        for (var i = 0; i < 3; i++)
            await EnqueueAsync(host, "blocks", $"b{i}");
        for (var i = 0; i < 3; i++)
            await EnqueueAsync(host, "awaits", $"a{i}");

        var runs = new List<HeldRun>();
        for (var i = 0; i < 5; i++)
            runs.Add(await _held.NextAsync());
        Assert.False(_held.HasStarted);
        Assert.Equal(["a0", "a1", "a2", "b0", "b1"], runs.Select(run => run.Name).Order());
        runs.Single(run => run.Name == "b1").Return("");
        var next = await _held.NextAsync();

        Assert.Equal("b2", next.Name);
        runs.ForEach(run => run.Return(""));
        next.Return("");
    }

    [Fact]
    public async Task Eight_that_await_long_do_not_keep_others_from_a_queue()
    {
        await using var host = await TaskHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync));
        var runs = new List<HeldRun>();
        for (var i = 0; i < 50; i++)
            await host.Queue.EnqueueAsync(new HeldPayload());

        for (var i = 0; i < 50; i++)
            runs.Add(await _held.NextAsync());

        runs.ForEach(run => run.Return(""));
    }

    [Fact]
    public async Task With_fewer_workers_than_blocking_places_the_workers_count()
    {
        await using var host = await StartAsync(workers: 1, blockingWorkers: 8);
        await EnqueueAsync(host, "blocks", "first");
        await EnqueueAsync(host, "blocks", "second");

        var first = await _held.NextAsync();
        Assert.False(_held.HasStarted);
        first.Return("");

        (await _held.NextAsync()).Return("");
    }

    [Fact]
    public async Task A_blocking_task_that_is_canceled_before_its_start_gives_its_place_back()
    {
        await using var host = await StartAsync(workers: 4, blockingWorkers: 1);
        await EnqueueAsync(host, "blocks", "first");
        var first = await _held.NextAsync();
        var canceled = await EnqueueAsync(host, "blocks", "canceled");
        await EnqueueAsync(host, "blocks", "last");

        await host.Queue.CancelAsync(canceled.Id);
        first.Return("");
        var last = await _held.NextAsync();

        Assert.Equal("last", last.Name);
        last.Return("");
    }

    [Fact]
    public void Blocking_tasks_keep_their_order_over_types_priorities_and_tenants()
    {
        using var sets = new ReadySets(("b1", new() { Blocking = true }), ("b2", new() { Blocking = true }));
        var ready = sets.New(blockingPlaces: 1);
        BackgroundTask[] tasks =
        [
            ReadyTasks.New("b1", "x"), ReadyTasks.New("b2", "x"), ReadyTasks.New("b1", "y"), ReadyTasks.New("b2", "x", priority: 5), ReadyTasks.New("b2", "y"),
        ];
        Array.ForEach(tasks, ready.Add);

        var order = new List<BackgroundTask>();
        while (ready.TryTake(out var task))
        {
            order.Add(task);
            Assert.False(ready.TryTake(out _));
            ready.Leave(task);
        }

        Assert.Equal([tasks[3], tasks[0], tasks[2], tasks[1], tasks[4]], order);
    }

    [Fact]
    public void A_backlog_that_waits_for_a_blocking_place_does_not_put_off_its_tenants_other_work()
    {
        using var sets = new ReadySets(("b", new() { Blocking = true }));
        var ready = sets.New(blockingPlaces: 1);
        for (var i = 0; i < 1_000; i++)
        {
            ready.Add(ReadyTasks.New("b", "x"));
            ready.Add(ReadyTasks.New("y", "other"));
        }

        var own = ReadyTasks.New("y", "x");
        ready.Add(own);

        Assert.Contains(own, Enumerable.Range(0, 4).Select(_ => ready.TryTake(out var task) ? task : null));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_sequences_take_the_best_of_those_that_have_a_place(int seed)
    {
        var random = new Random(seed);
        using var sets = new ReadySets(("type0", new() { Blocking = true }), ("type1", new() { Blocking = true, MaxConcurrency = 2 }));
        var ready = sets.New(blockingPlaces: 3);
        var (model, running) = (new ReadyModel(), new List<BackgroundTask>());
        for (var step = 0; step < 5_000; step++)
        {
            if (random.Next(3) == 0 && running.Count > 0)
            {
                var ended = running[random.Next(running.Count)];
                running.Remove(ended);
                sets.Limits.Leave(ended, started: true);
                ready.Leave(ended);
            }
            else if (random.Next(2) == 0)
            {
                var task = ReadyTasks.New($"type{random.Next(3)}", priority: random.Next(-1, 2));
                model.Add(task);
                ready.Add(task);
            }
            else
            {
                var expected = model.Take(type => type == "type2" || (running.Count(task => task.Type != "type2") < 3 && (type == "type0" || running.Count(task => task.Type == "type1") < 2)));
                Assert.Same(expected, ready.TryTake(out var task) ? task : null);
                if (expected is not null)
                    running.Add(expected);
            }
        }
    }

    private static ValueTask<BackgroundTask> EnqueueAsync(TaskHost host, string type, string name) => host.Queue.EnqueueAsync(new HeldPayload(name), new() { Type = type });

    private Task<TaskHost> StartAsync(int workers, int blockingWorkers) => TaskHost.StartAsync(
        tasks => tasks
            .AddHandler<HeldPayload, string>("blocks", _held.HandleAsync, type => type.Blocking = true)
            .AddHandler<HeldPayload, string>("awaits", _held.HandleAsync),
        options => options.Queues["default"] = new() { Workers = workers, BlockingWorkers = blockingWorkers });
}

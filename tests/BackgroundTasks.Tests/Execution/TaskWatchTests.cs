using BackgroundTasks.Execution;
using BackgroundTasks.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

public class TaskWatchTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task Ten_thousand_waiters_wake_together_and_leave_nothing_behind()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        var waiting = Enumerable.Range(0, 10_000).Select(_ => host.Queue.WaitAsync(task.Id, TimeSpan.FromMinutes(1))).ToList();
        Assert.Equal(1, host.Get<TaskWatch>().Count);

        run.Return("done");
        var ended = await Task.WhenAll(waiting).WaitAsync(TaskHost.Guard);

        Assert.All(ended, found => Assert.Equal(BackgroundTaskState.Succeeded, found!.State));
        Assert.Equal(0, host.Get<TaskWatch>().Count);
    }

    [Fact]
    public async Task Who_gives_up_leaves_nothing_behind()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        using var giveUp = new CancellationTokenSource();
        var waiting = host.Queue.WaitAsync(task.Id, TimeSpan.FromMinutes(1), giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, host.Get<TaskWatch>().Count);
        run.Return("");
    }

    [Fact]
    public async Task A_wait_for_what_nobody_knows_ends_at_once()
    {
        await using var host = await StartAsync();

        Assert.Null(await host.Queue.WaitAsync(Guid.NewGuid(), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_wait_ends_when_its_task_is_removed()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        using var watcher = host.Get<TaskWatch>().Register(task.Id);

        run.Return("");
        await host.EndOf(task);
        await watcher.WaitAsync(TimeSpan.FromMinutes(1), untilTerminal: true, default);
        var waiting = watcher.WaitAsync(TimeSpan.FromMinutes(1), untilTerminal: true, default);
        await host.Queue.DeleteAsync(task.Id);

        Assert.True(await waiting.WaitAsync(TaskHost.Guard));
    }

    [Fact]
    public async Task Every_wait_ends_when_the_watch_is_closed()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        var waiting = host.Queue.WaitAsync(task.Id, TimeSpan.FromMinutes(1));

        host.Get<TaskWatch>().Close();

        Assert.Equal(BackgroundTaskState.Running, (await waiting.WaitAsync(TaskHost.Guard))!.State);
        Assert.Equal(BackgroundTaskState.Running, (await host.Queue.WaitAsync(task.Id, TimeSpan.FromMinutes(1)).WaitAsync(TaskHost.Guard))!.State);
        run.Return("");
    }

    [Fact]
    public async Task Missed_changes_and_a_change_by_another_node_wake_those_who_wait_so_that_they_read_again()
    {
        var store = new ToldStore();
        using var deadlines = new Deadlines(TimeProvider.System);
        using var watch = new TaskWatch(store, deadlines);
        using var first = watch.Register(Guid.NewGuid());
        var id = Guid.NewGuid();
        using var second = watch.Register(id);

        var woken = Wait(first);
        var still = Wait(second);
        store.Tell(BackgroundTaskChange.Elsewhere(id));
        Assert.True(await still.WaitAsync(TaskHost.Guard));
        Assert.False(woken.IsCompleted);
        var both = Task.WhenAll(woken, Wait(second));
        store.Tell(BackgroundTaskChange.Missed);

        var results = await both.WaitAsync(TaskHost.Guard);
        Assert.Equal([true, true], results);

        static Task<bool> Wait(TaskWatcher watcher) => watcher.WaitAsync(TimeSpan.FromMinutes(1), untilTerminal: true, default);
    }

    private Task<TaskHost> StartAsync() => TaskHost.StartAsync(tasks => tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync));
}

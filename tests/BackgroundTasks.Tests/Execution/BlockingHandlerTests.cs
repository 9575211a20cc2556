namespace BackgroundTasks.Tests.Execution;

public class BlockingHandlerTests
{
    [Fact]
    public async Task A_blocking_handler_runs_on_a_thread_of_its_own_and_stays_there_when_it_awaits()
    {
        await using var host = await StartAsync(async cancellationToken =>
        {
            var before = (Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread);
            await Task.Yield();
            return before == (Environment.CurrentManagedThreadId, false);
        });

        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));

        Assert.True(host.Queue.GetResult<bool>(task));
    }

    [Fact]
    public async Task With_every_worker_blocked_the_rest_goes_on()
    {
        using var release = new ManualResetEventSlim();
        var blocked = new CountdownEvent(8);
        await using var host = await TaskHost.StartAsync(tasks => tasks
            .AddHandler("block", (int[] _, BackgroundTaskContext _, CancellationToken token) => { blocked.Signal(); release.Wait(token); return Task.FromResult(true); }, type => (type.Blocking, type.Queue) = (true, "blocking"))
            .AddHandler("quick", (HeldPayload _, BackgroundTaskContext _, CancellationToken _) => Task.FromResult(true)),
            options => options.Queues["blocking"] = new() { Workers = 8 });
        var blocking = new List<BackgroundTask>();
        for (var i = 0; i < 16; i++)
            blocking.Add(await host.Queue.EnqueueAsync(Array.Empty<int>()));
        Assert.True(blocked.Wait(TaskHost.Guard));

        var quick = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        var states = await Task.WhenAll(blocking.Select(async task => (await host.Queue.FindAsync(task.Id))!.State));
        blocked.Reset(8);
        release.Set();

        Assert.Equal(BackgroundTaskState.Succeeded, quick.State);
        Assert.Equal(8, states.Count(state => state is BackgroundTaskState.Running));
        foreach (var task in blocking)
            await host.EndOf(task);
    }

    [Fact]
    public async Task What_a_blocking_handler_throws_fails_its_task_before_and_after_an_await()
    {
        await using var before = await StartAsync(_ => throw new BackgroundTaskException("before"));
        await using var after = await StartAsync(async _ =>
        {
            await Task.Yield();
            throw new BackgroundTaskException("after");
        });

        Assert.Equal("before", (await before.EndOf(await before.Queue.EnqueueAsync(new HeldPayload()))).Error!.Message);
        Assert.Equal("after", (await after.EndOf(await after.Queue.EnqueueAsync(new HeldPayload()))).Error!.Message);
    }

    private static Task<TaskHost> StartAsync(Func<CancellationToken, Task<bool>> handler) => TaskHost.StartAsync(
        tasks => tasks.AddHandler("block", (HeldPayload _, BackgroundTaskContext _, CancellationToken cancellationToken) => handler(cancellationToken), type => type.Blocking = true));
}

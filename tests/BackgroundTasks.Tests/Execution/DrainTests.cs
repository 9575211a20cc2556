using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What runs may submit until the drain ends; nobody else may.</summary>
public class DrainTests
{
    private readonly HeldWork _held = new();

    private sealed record Chain(int Links);

    [Fact]
    public async Task What_a_handler_submits_while_the_host_drains_is_run_too()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new Chain(5));
        var run = await _held.NextAsync();

        var stopping = host.StopAsync();
        for (var link = 5; link > 0; link--)
        {
            run.Return("");
            run = await _held.NextAsync();
        }

        run.Return("");
        await stopping.WaitAsync(TaskHost.Guard);

        var tasks = (await host.Queue.ListAsync()).Tasks;
        Assert.Equal(6, tasks.Count);
        Assert.All(tasks, task => Assert.Equal(BackgroundTaskState.Succeeded, task.State));
    }

    [Fact]
    public async Task What_is_submitted_while_another_handler_runs_on_is_started_at_once()
    {
        await using var host = await StartAsync();
        await host.Queue.EnqueueAsync(new HeldPayload("goes on"));
        var goesOn = await _held.NextAsync();
        var first = await host.Queue.EnqueueAsync(new Chain(1));
        var link = await _held.NextAsync();

        var stopping = host.StopAsync();
        link.Return("");
        var next = await _held.NextAsync();

        Assert.Equal("0", next.Name);
        next.Return("");
        await host.EndOf(first);
        goesOn.Return("");
        await stopping.WaitAsync(TaskHost.Guard);
    }

    [Fact]
    public async Task Work_after_a_response_submits_while_the_host_drains()
    {
        await using var host = await StartAsync();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var scope = host.Get<IServiceScopeFactory>().CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IBackgroundTasks>().AddTask(async (services, _) =>
        {
            await goOn.Task;
            await services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(new HeldPayload("after the response"), cancellationToken: CancellationToken.None);
        });

        var stopping = host.StopAsync();
        goOn.SetResult();
        var run = await _held.NextAsync();
        run.Return("");
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.Equal(BackgroundTaskState.Succeeded, Assert.Single((await host.Queue.ListAsync()).Tasks).State);
    }

    [Fact]
    public async Task What_a_handler_has_left_behind_may_submit_no_more()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task leftBehind = Task.CompletedTask;
        await using var host = await TaskHost.StartAsync(tasks => tasks
            .AddHandler<HeldPayload, string>("held", _held.HandleAsync)
            .AddHandler("leaves", (Chain _, BackgroundTaskContext context, CancellationToken _) =>
            {
                leftBehind = SubmitAsync(context.Services.GetRequiredService<IBackgroundTaskQueue>());
                return Task.FromResult("");
            }));
        await host.EndOf(await host.Queue.EnqueueAsync(new Chain(0)));
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        var stopping = host.StopAsync();
        goOn.SetResult();

        await Assert.ThrowsAsync<BackgroundTaskQueueFullException>(() => leftBehind);
        run.Return("");
        await stopping.WaitAsync(TaskHost.Guard);

        async Task SubmitAsync(IBackgroundTaskQueue queue)
        {
            await goOn.Task;
            await queue.EnqueueAsync(new HeldPayload());
        }
    }

    [Fact]
    public async Task Whenever_the_stop_comes_what_was_accepted_has_run()
    {
        for (var round = 0; round < 100; round++)
        {
            var accepted = 0;
            await using var host = await TaskHost.StartAsync(
                tasks => tasks.AddHandler("branch", async (Chain chain, BackgroundTaskContext context, CancellationToken cancellationToken) =>
                {
                    var queue = context.Services.GetRequiredService<IBackgroundTaskQueue>();
                    for (var branch = 0; branch < 2 && chain.Links > 0; branch++)
                    {
                        await Task.Yield();
                        await queue.EnqueueAsync(new Chain(chain.Links - 1), new() { Queue = branch == 0 ? "default" : "other" }, cancellationToken);
                        Interlocked.Increment(ref accepted);
                    }

                    return "";
                }),
                options =>
                {
                    options.Queues["default"] = new() { Workers = 2 };
                    options.Queues["other"] = new() { Workers = 1 };
                });
            await host.Queue.EnqueueAsync(new Chain(6));
            for (var turn = 0; turn < round; turn++)
                await Task.Yield();

            await host.StopAsync().WaitAsync(TaskHost.Guard);

            Assert.Equal(126, accepted);
            var counts = (await host.Get<IBackgroundTaskStore>().GetOverviewAsync(default)).Queues;
            Assert.Equal((127, 0, 0), (counts.Sum(queue => queue.Succeeded), counts.Sum(queue => queue.Queued), counts.Sum(queue => queue.Running)));
        }
    }

    [Fact]
    public async Task A_handler_that_is_interrupted_may_submit_no_more()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new Chain(1));
        var run = await _held.NextAsync();

        var stopping = host.StopAsync();
        host.Time.Advance(TimeSpan.FromSeconds(8));
        await run.Cancelled;
        run.Return("");
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.Equal(task.Id, Assert.Single((await host.Queue.ListAsync()).Tasks).Id);
    }

    [Fact]
    public async Task A_retry_is_refused_while_the_host_drains()
    {
        await using var host = await StartAsync();
        var failed = await host.Queue.EnqueueAsync(new HeldPayload());
        (await _held.NextAsync()).Throw(new InvalidOperationException());
        await host.EndOf(failed);
        await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();

        var stopping = host.StopAsync();
        var (outcome, task) = await host.Queue.RetryAsync(failed.Id);
        run.Return("");
        await stopping.WaitAsync(TaskHost.Guard);

        Assert.Equal((RetryOutcome.Stopping, BackgroundTaskState.Failed), (outcome, task!.State));
    }

    [Fact]
    public async Task A_stop_takes_less_than_docker_gives_it()
    {
        await using var host = await StartAsync();

        var (drain, whole) = (new BackgroundTasksOptions().DrainTimeout, host.Get<Microsoft.Extensions.Options.IOptions<HostOptions>>().Value.ShutdownTimeout);

        Assert.Equal((8, 9.5), (drain.TotalSeconds, whole.TotalSeconds));
    }

    private Task<TaskHost> StartAsync() => TaskHost.StartAsync(tasks => tasks
        .AddHandler<HeldPayload, string>("held", _held.HandleAsync)
        .AddHandler("chain", async (Chain chain, BackgroundTaskContext context, CancellationToken cancellationToken) =>
        {
            var done = await _held.HandleAsync(new HeldPayload($"{chain.Links}"), context, cancellationToken);
            if (chain.Links > 0)
                await context.Services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(new Chain(chain.Links - 1), cancellationToken: CancellationToken.None);
            return done;
        }));
}

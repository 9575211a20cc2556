using System.Collections.Concurrent;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Execution;

/// <summary>A host of which everything is asked at once.</summary>
public class ExecutionRaceTests
{
    private sealed record Work(int Kind);

    [Fact]
    public async Task Whatever_is_asked_at_once_each_task_ends_once_for_each_time_it_is_queued()
    {
        for (var round = 0; round < 20; round++)
            await RunAsync(round, stopMeanwhile: false);
    }

    [Fact]
    public async Task Whatever_is_asked_while_it_stops_what_was_accepted_has_ended_or_is_queued()
    {
        for (var round = 0; round < 20; round++)
            await RunAsync(round, stopMeanwhile: true);
    }

    private static async Task RunAsync(int seed, bool stopMeanwhile)
    {
        await using var host = await TaskHost.StartAsync(
            tasks => tasks.AddHandler<Work, string>("work", WorkAsync),
            options => options.Queues["default"] = new() { Workers = 3 });
        var accepted = new ConcurrentQueue<Guid>();
        var changes = new ConcurrentQueue<BackgroundTask>();
        using var subscription = host.Get<IBackgroundTaskStore>().Subscribe(change =>
        {
            if (change.Task is { } task)
                changes.Enqueue(task);
        });
        using var barrier = new Barrier(stopMeanwhile ? 4 : 3);
        var clients = Enumerable.Range(0, 3).Select(client => Task.Run(async () =>
        {
            var random = new Random((seed * 10) + client);
            barrier.SignalAndWait(TaskHost.Guard);
            for (var i = 0; i < 60; i++)
                await AskAsync(host, random, accepted);
        })).ToList();
        if (stopMeanwhile)
        {
            clients.Add(Task.Run(async () =>
            {
                barrier.SignalAndWait(TaskHost.Guard);
                await host.StopAsync();
            }));
        }

        await Task.WhenAll(clients).WaitAsync(TaskHost.Guard);

        host.Get<TaskWorker>().SetPaused("default", false);
        if (!stopMeanwhile)
        {
            foreach (var id in accepted)
                Assert.True((await host.Queue.WaitAsync(id, TimeSpan.FromDays(1)).WaitAsync(TaskHost.Guard))?.IsTerminal);
        }

        await AssertWholeAsync(host, accepted, changes, stopMeanwhile);
    }

    private static async Task AssertWholeAsync(TaskHost host, ConcurrentQueue<Guid> accepted, ConcurrentQueue<BackgroundTask> changes, bool stopMeanwhile)
    {
        foreach (var id in accepted)
        {
            var found = (await host.Queue.FindAsync(id))!;
            var seen = changes.Where(task => task.Id == id).OrderBy(task => task.Version).ToList();
            Assert.Equal(seen.Count, seen.Select(task => task.Version).Distinct().Count());
            Assert.True(found.IsTerminal || (stopMeanwhile && found.State is BackgroundTaskState.Queued), $"It is {found.State}.");
            foreach (var (ended, next) in seen.Zip(seen.Skip(1)).Where(pair => pair.First.IsTerminal))
                Assert.Equal((BackgroundTaskState.Queued, ended.Version + 1), (next.State, next.Version));
        }

        var counts = (await host.Get<IBackgroundTaskStore>().GetOverviewAsync(default)).Queues.Single(queue => queue.Queue == "default");
        Assert.Equal(accepted.Count, counts.Queued + counts.Succeeded + counts.Failed + counts.Canceled);
        Assert.Equal((0, 0), (counts.Running, counts.Scheduled));
    }

    private static async Task AskAsync(TaskHost host, Random random, ConcurrentQueue<Guid> accepted)
    {
        var any = accepted.IsEmpty ? default : accepted.ElementAt(random.Next(accepted.Count));
        switch (random.Next(8))
        {
            case 0 or 1 or 2:
                try
                {
                    accepted.Enqueue((await host.Queue.EnqueueAsync(new Work(random.Next(3)))).Id);
                }
                catch (BackgroundTaskQueueFullException)
                {
                    // It stops.
                }

                break;
            case 3 or 4:
                await host.Queue.CancelAsync(any);
                break;
            case 5 or 6:
                await host.Queue.RetryAsync(any);
                break;
            default:
                host.Get<TaskWorker>().SetPaused("default", random.Next(2) == 0);
                break;
        }
    }

    private static async Task<string> WorkAsync(Work work, BackgroundTaskContext context, CancellationToken cancellationToken)
    {
        if (work.Kind > 0)
            await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return work.Kind == 2 ? throw new InvalidOperationException() : "";
    }
}

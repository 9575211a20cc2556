using System.Collections.Concurrent;

namespace BackgroundTasks.Tests.Stores;

/// <summary>What subscribers are told, and in which order: a stream that went back, or ended without the end, was told in another one.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    [Fact]
    public async Task Each_task_is_told_from_its_first_version_to_its_end_in_order_and_then_its_removal()
    {
        const int Tasks = 2_000;
        var store = await OpenAsync();
        var told = new ConcurrentDictionary<Guid, ConcurrentQueue<BackgroundTaskChange>>();
        using var subscription = store.Subscribe(change => told.GetOrAdd(change.Id, static _ => new()).Enqueue(change));
        using var over = new CancellationTokenSource();

        // What is added runs, finishes and is purged at once.
        using var finished = new SemaphoreSlim(0);
        var runner = Task.Run(() => RunAsync(store, finished, over.Token));
        var purger = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await store.PurgeAsync(DateTimeOffset.MaxValue, 0, default);
                await Task.Yield();
            }
        });
        for (var i = 0; i < Tasks; i++)
            await AddAsync(store);
        for (var i = 0; i < Tasks; i++)
            Assert.True(await finished.WaitAsync(TaskHost.Guard));
        await over.CancelAsync();
        await Task.WhenAll(purger, runner).WaitAsync(TaskHost.Guard);
        while (await store.PurgeAsync(DateTimeOffset.MaxValue, 0, default))
        {
        }

        Assert.Equal(Tasks, told.Count);
        Assert.All(told.Values, changes => Assert.Equal(
            [(BackgroundTaskChangeKind.Stored, 1), (BackgroundTaskChangeKind.Stored, 2), (BackgroundTaskChangeKind.Reported, 0), (BackgroundTaskChangeKind.Stored, 3), (BackgroundTaskChangeKind.Removed, 0)],
            changes.Select(change => (change.Kind, (int)(change.Task?.Version ?? 0)))));
        Assert.All(told.Values, changes => Assert.Equal("50", changes.ElementAt(3).Task!.Progress!.Message));
    }

    private static async Task RunAsync(IBackgroundTaskStore store, SemaphoreSlim finished, CancellationToken stop)
    {
        List<Task> runs = [];
        try
        {
            while (true)
                runs.AddRange((await store.TakeAsync(new("default", [new("t", 10)], 10), stop)).Select(task => Task.Run(() => RunAsync(store, task, finished), CancellationToken.None)));
        }
        catch (OperationCanceledException)
        {
            // All have finished.
        }

        await Task.WhenAll(runs);
    }

    private static async Task RunAsync(IBackgroundTaskStore store, BackgroundTask task, SemaphoreSlim finished)
    {
        var running = await StartAsync(store, task);
        store.Report(running.Id, running.Run, new(1, 50, "50"));
        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(running, running.Succeed(default, Now), StoreWrite.Durable, default));
        finished.Release();
    }
}

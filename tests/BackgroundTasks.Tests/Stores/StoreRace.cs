using System.Collections.Concurrent;

namespace BackgroundTasks.Tests.Stores;

/// <summary>Steps on the tasks of one pair of keys, from many threads, and what was answered.</summary>
internal sealed class StoreRace(IBackgroundTaskStore store, BackgroundTaskIds ids, DateTimeOffset now)
{
    private readonly ConcurrentQueue<BackgroundTask> _added = new();
    private readonly ConcurrentQueue<(BackgroundTask Current, BackgroundTask? Successor)> _swapped = new();
    private volatile bool _purged;

    public async Task StepAsync(string step)
    {
        switch (step)
        {
            case "AddSameKeys":
                var task = New();
                var result = await store.AddAsync(task, 100, default);
                if (result.Outcome is AddOutcome.Added)
                    _added.Enqueue(task);
                else
                    Assert.NotNull(result.Existing);
                break;
            case "Purge":
                _purged = true;
                while (await store.PurgeAsync(now.AddDays(1), 0, default))
                {
                }

                break;
            default:
                foreach (var added in _added)
                {
                    if (await store.FindAsync(added.Id, default) is { } current && (step is "Delete" ? current.IsTerminal : Next(current, step) is not null))
                        await SwapAsync(current, Next(current, step));
                }

                break;
        }
    }

    /// <summary>No version was replaced twice, none that was added is lost, and the keys have one owner.</summary>
    public void AssertWhole(List<BackgroundTask> kept)
    {
        Assert.Equal(_swapped.Count, _swapped.DistinctBy(swap => (swap.Current.Id, swap.Current.Version)).Count());
        Assert.Empty(kept.ExceptBy(_added.Select(task => task.Id), task => task.Id));
        foreach (var added in _added)
        {
            var swaps = _swapped.Where(swap => swap.Current.Id == added.Id).ToList();
            var found = kept.Find(task => task.Id == added.Id);
            if (found is null)
                Assert.True(_purged || swaps.Any(swap => swap.Successor is null), "A task is lost.");
            else
                Assert.Equal(1 + swaps.Count, found.Version);
        }

        Assert.InRange(kept.Count, 0, 1);
    }

    private async Task SwapAsync(BackgroundTask current, BackgroundTask? successor)
    {
        if (await store.TrySwapAsync(current, successor, StoreWrite.Durable, default) is SwapResult.Swapped)
            _swapped.Enqueue((current, successor));
    }

    private BackgroundTask? Next(BackgroundTask task, string step) => step switch
    {
        "Start" => task.Start("node", now),
        "Succeed" => task.Succeed("1"u8.ToArray(), now),
        "Fail" => task.Fail(new("E", "", 1), now),
        "ScheduleRetry" => task.ScheduleRetry(new("E", "", 1), now.AddSeconds(1), now),
        "Release" => task.Release(now.AddSeconds(1)),
        "Cancel" => task.Cancel(now),
        "Retry" => task.Retry(now),
        _ => null,
    };

    private BackgroundTask New() => BackgroundTask.Create(new BackgroundTaskSubmission
    {
        Id = ids.Next(),
        Type = "t",
        Queue = "default",
        CreatedAt = now,
        IdempotencyKey = "k",
        UniqueKey = "u",
    });
}

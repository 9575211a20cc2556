using CsCheck;

namespace BackgroundTasks.Tests.Stores;

/// <summary>Random sequences of what is asked of a store, against a model.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    private static readonly Gen<(StoreStep Step, int Choice, int Keys)[]> StoreSequences =
        Gen.Select(Gen.Enum<StoreStep>(), Gen.Int[0, 1_000], Gen.Int[0, 8]).Array[1, 80];

    private enum StoreStep
    {
        Add,
        AddDelayed,
        Start,
        Succeed,
        Fail,
        ScheduleRetry,
        Release,
        Interrupt,
        Cancel,
        EndCanceled,
        Retry,
        Delete,
        SwapOutdated,
        Purge,
    }

    [Fact]
    public async Task Whatever_is_asked_of_a_store_it_answers_as_the_model_does() => await StoreSequences.SampleAsync(
        async steps =>
        {
            var (store, model, now) = (await OpenAsync(), new StoreModel(), Now);
            var versions = new Dictionary<Guid, long>();
            foreach (var (step, choice, keys) in steps)
            {
                // No two at once: which of those that ended at once goes first is not promised.
                now = now.AddSeconds(1);
                await StepAsync(store, model, step, choice, keys, now);
                foreach (var task in model.All)
                {
                    Assert.True(task.Version >= versions.GetValueOrDefault(task.Id), "A version fell.");
                    versions[task.Id] = task.Version;
                }
            }

            await AssertAsModelAsync(store, model, versions.Keys, now);
        },
        iter: 1_000);

    private async Task StepAsync(IBackgroundTaskStore store, StoreModel model, StoreStep step, int choice, int keys, DateTimeOffset now)
    {
        if (step is StoreStep.Add or StoreStep.AddDelayed)
        {
            var task = NewOfModel(choice, keys, now, step is StoreStep.AddDelayed);
            var expected = model.Add(task, capacity: 4);
            var added = await store.AddAsync(task, 4, default);
            Assert.Equal(expected, (added.Outcome, added.Existing?.Id));
        }
        else if (step is StoreStep.Purge)
        {
            model.Purge(now.AddSeconds(-40), 5);
            while (await store.PurgeAsync(now.AddSeconds(-40), 5, default))
            {
            }
        }
        else if (Choose(model, step, choice, now) is { } chosen)
        {
            var (current, successor) = chosen;
            var write = choice % 2 == 0 ? StoreWrite.Durable : StoreWrite.Behind;
            Assert.Equal(model.Swap(current, successor), await store.TrySwapAsync(current, successor, write, default));
        }
    }

    /// <summary>A task for which the step is legal, and what follows.</summary>
    private static (BackgroundTask Current, BackgroundTask? Successor)? Choose(StoreModel model, StoreStep step, int choice, DateTimeOffset now)
    {
        BackgroundTask? Next(BackgroundTask task) => step switch
        {
            StoreStep.Start or StoreStep.SwapOutdated => task.Start("node", now),
            StoreStep.Succeed => task.Succeed("1"u8.ToArray(), now),
            StoreStep.Fail => task.Fail(new("E", "", 1), now),
            StoreStep.ScheduleRetry => task.ScheduleRetry(new("E", "", 1), now.AddSeconds(3), now),
            StoreStep.Release => task.Release(now),
            StoreStep.Interrupt => task.Interrupt(now),
            StoreStep.Cancel => task.Cancel(now),
            StoreStep.EndCanceled => task.EndCanceled(now),
            _ => task.Retry(now),
        };
        if (step is StoreStep.SwapOutdated)
            return model.All.FirstOrDefault(task => task.Version > 1) is { } changed ? (BackgroundTask.Create(changed.Submission), null) : null;
        var able = model.All.Where(task => step is StoreStep.Delete ? task.IsTerminal : Next(task) is not null).OrderBy(task => task.Submission.CreatedAt).ToList();
        return able.Count == 0 ? null : (able[choice % able.Count], step is StoreStep.Delete ? null : Next(able[choice % able.Count]));
    }

    private static async Task AssertAsModelAsync(IBackgroundTaskStore store, StoreModel model, IEnumerable<Guid> everKept, DateTimeOffset now)
    {
        var kept = model.All.ToDictionary(task => task.Id);
        foreach (var id in everKept)
        {
            var found = await store.FindAsync(id, default);
            if (kept.TryGetValue(id, out var expected))
                await TaskAssert.SameAsync(expected, found, store.ReadPayloadAsync);
            else
                Assert.Null(found);
        }

        var overview = (await store.GetOverviewAsync(default)).Queues;
        Assert.All(overview, counts => Assert.Equal(model.Count(counts.Queue), counts));
        var listed = await ListAllAsync(store, new() { PageSize = 3 });
        Assert.Equal(model.All.OrderByDescending(task => task.Submission.CreatedAt).Select(task => (task.Id, task.Version)), listed.Select(task => (task.Id, task.Version)));
        foreach (var state in Enum.GetValues<BackgroundTaskState>())
            Assert.Equal(model.All.Count(task => task.State == state), (await ListAllAsync(store, new() { States = [state] })).Count);

        var due = await store.ListDueAsync(now, 1_000, default);
        var scheduled = model.All.Where(task => task.ScheduledFor is not null).ToList();
        Assert.Equal(scheduled.Where(task => task.ScheduledFor <= now).Select(task => task.Id).Order(), due.Tasks.Select(task => task.Id).Order());
        Assert.Equal(scheduled.Where(task => task.ScheduledFor > now).Min(task => task.ScheduledFor), due.Next);
        await AssertTakenAsync(store, model);
    }

    /// <summary>What is queued is handed over; what is outdated may be too, and is refused at its start.</summary>
    private static async Task AssertTakenAsync(IBackgroundTaskStore store, StoreModel model)
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        var taken = new HashSet<(Guid, long)>();
        foreach (var queue in new[] { "default", "other" })
        {
            if (model.Count(queue).Queued > 0)
                taken.UnionWith((await store.TakeAsync(new(queue, [new("t", 100)], 1_000), over.Token)).Select(task => (task.Id, task.Version)));
        }

        Assert.Subset(taken, model.All.Where(task => task.State is BackgroundTaskState.Queued).Select(task => (task.Id, task.Version)).ToHashSet());
    }

    private BackgroundTask NewOfModel(int choice, int keys, DateTimeOffset now, bool delayed) => BackgroundTask.Create(
        new BackgroundTaskSubmission
        {
            Id = Ids.Next(),
            Type = "t",
            Queue = choice % 3 == 0 ? "other" : "default",
            Payload = SampleTasks.Json(choice % 4 == 0 ? 5_000 + choice : choice),
            CreatedAt = now,
            Priority = (choice % 201) - 100,
            IdempotencyKey = keys is 1 or 2 or 3 ? $"k{keys % 2}" : null,
            UniqueKey = keys is 3 or 4 or 5 ? $"u{keys % 2}" : null,
        },
        delayed ? now.AddSeconds(1 + (choice % 10)) : null);
}

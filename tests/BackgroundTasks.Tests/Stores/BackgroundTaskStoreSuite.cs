namespace BackgroundTasks.Tests.Stores;

/// <summary>What every store must do. A store is tested by a class that derives from this and makes one.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Makes the ids of these tests.</summary>
    protected BackgroundTaskIds Ids { get; } = new(TimeProvider.System);

    protected abstract ValueTask<IBackgroundTaskStore> OpenAsync();

    [Fact]
    public async Task What_was_added_is_found_and_what_was_not_is_not()
    {
        var store = await OpenAsync();
        var task = NewTask();

        var result = await store.AddAsync(task, 1, default);

        Assert.Equal(AddOutcome.Added, result.Outcome);
        Assert.Equal(1, (await store.FindAsync(task.Id, default))?.Version);
        Assert.Null(await store.FindAsync(Ids.Next(), default));
    }

    [Fact]
    public async Task A_full_queue_leaves_no_trace_of_a_refused_task()
    {
        var store = await OpenAsync();
        var (first, second) = (NewTask(), NewTask());
        await store.AddAsync(first, 1, default);

        var refused = await store.AddAsync(second, 1, default);

        Assert.Equal(AddOutcome.QueueFull, refused.Outcome);
        Assert.Null(await store.FindAsync(second.Id, default));
        Assert.Equal(1, (await CountsAsync(store)).Queued);
        Assert.Single((await store.ListAsync(new(), default)).Tasks);
    }

    [Fact]
    public async Task What_runs_takes_no_place_in_its_queue()
    {
        var store = await OpenAsync();
        await StartAsync(store, await AddAsync(store));

        Assert.Equal(AddOutcome.Added, (await store.AddAsync(NewTask(), 1, default)).Outcome);
    }

    [Fact]
    public async Task An_outdated_snapshot_swaps_nothing()
    {
        var store = await OpenAsync();
        var queued = await AddAsync(store);
        var running = await StartAsync(store, queued);

        Assert.Equal(SwapResult.Outdated, await store.TrySwapAsync(queued, queued.Cancel(Now), StoreWrite.Durable, default));
        Assert.Equal(running.Version, (await store.FindAsync(queued.Id, default))!.Version);
    }

    [Fact]
    public async Task A_finished_task_is_found_with_its_result()
    {
        var store = await OpenAsync();
        var running = await StartAsync(store, await AddAsync(store));

        await store.TrySwapAsync(running, running.Succeed("42"u8.ToArray(), Now), StoreWrite.Durable, default);

        var found = (await store.FindAsync(running.Id, default))!;
        Assert.Equal((BackgroundTaskState.Succeeded, "42"), (found.State, System.Text.Encoding.UTF8.GetString(found.Result.Span)));
    }

    [Fact]
    public async Task A_removed_task_is_gone_and_cannot_be_swapped()
    {
        var store = await OpenAsync();
        var canceled = await CancelAsync(store, await AddAsync(store));

        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(canceled, null, StoreWrite.Durable, default));
        Assert.Null(await store.FindAsync(canceled.Id, default));
        Assert.Equal(SwapResult.Outdated, await store.TrySwapAsync(canceled, null, StoreWrite.Durable, default));
        Assert.Equal(new QueueCounts("default", 0, 0, 0, 0, 0, 0), await CountsAsync(store));
    }

    [Fact]
    public async Task Of_many_swaps_of_one_snapshot_one_wins()
    {
        var store = await OpenAsync();
        for (var round = 0; round < 200; round++)
        {
            var queued = await AddAsync(store);
            var started = new[] { queued.Start("a", Now)!, queued.Start("b", Now)!, queued.Cancel(Now)! };

            var results = await Task.WhenAll(started.Select(successor => Task.Run(async () => await store.TrySwapAsync(queued, successor, StoreWrite.Durable, default))));

            Assert.Single(results, SwapResult.Swapped);
        }
    }

    [Fact]
    public async Task Progress_is_seen_while_its_run_lasts_and_stays_with_its_end()
    {
        var store = await OpenAsync();
        var running = await StartAsync(store, await AddAsync(store));

        store.Report(running.Id, running.Run, new(1, 50, "half"));
        store.Report(running.Id, running.Run + 1, new(2, 60, "of another run"));
        var during = await store.FindAsync(running.Id, default);
        await store.TrySwapAsync(running, running.Succeed(default, Now), StoreWrite.Durable, default);
        store.Report(running.Id, running.Run, new(3, 99, "too late"));

        Assert.Equal("half", during!.Progress!.Message);
        Assert.Equal("half", (await store.FindAsync(running.Id, default))!.Progress!.Message);
    }

    [Fact]
    public async Task The_last_report_wins_whatever_the_order_of_arrival()
    {
        var store = await OpenAsync();
        var running = await StartAsync(store, await AddAsync(store));

        store.Report(running.Id, running.Run, new(2, 20, null));
        store.Report(running.Id, running.Run, new(1, 10, null));

        Assert.Equal(20, (await store.FindAsync(running.Id, default))!.Progress!.Percent);
    }

    [Fact]
    public async Task What_is_queued_is_taken_in_its_order_and_only_once()
    {
        var store = await OpenAsync();
        var added = new[] { await AddAsync(store), await AddAsync(store), await AddAsync(store) };
        using var over = new CancellationTokenSource();
        await over.CancelAsync();

        var taken = await store.TakeAsync(new("default", [new("t", 10)], 10), default);

        Assert.Equal(added.Select(task => task.Id), taken.Select(task => task.Id));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.TakeAsync(new("default", [new("t", 10)], 10), over.Token));
    }

    [Fact]
    public async Task Taking_waits_for_work_and_a_queue_has_only_its_own()
    {
        var store = await OpenAsync();
        var taking = store.TakeAsync(new("other", [new("t", 10)], 10), default).AsTask();

        await AddAsync(store);
        Assert.False(taking.IsCompleted);
        var task = NewTask("other");
        await store.AddAsync(task, 10, default);

        Assert.Equal([task.Id], (await taking.WaitAsync(TaskHost.Guard)).Select(taken => taken.Id));
    }

    [Fact]
    public async Task What_is_interrupted_is_taken_again()
    {
        var store = await OpenAsync();
        var queued = await AddAsync(store);
        await store.TakeAsync(new("default", [new("t", 10)], 10), default);
        var running = await StartAsync(store, queued);

        await store.TrySwapAsync(running, running.Interrupt(Now), StoreWrite.Durable, default);

        Assert.Equal([queued.Id], (await store.TakeAsync(new("default", [new("t", 10)], 10), default)).Select(task => task.Id));
    }

    [Fact]
    public async Task Every_change_is_told_with_its_snapshot_until_the_subscription_ends()
    {
        var store = await OpenAsync();
        var told = new List<BackgroundTaskChange>();
        var subscription = store.Subscribe(told.Add);

        var queued = await AddAsync(store);
        var canceled = await CancelAsync(store, queued);
        await store.TrySwapAsync(canceled, null, StoreWrite.Durable, default);
        subscription.Dispose();
        await AddAsync(store);

        Assert.Equal([1L, 2L, null], told.Select(change => change.Task?.Version));
        Assert.All(told, change => Assert.Equal(queued.Id, change.Id));
    }

    [Fact]
    public async Task Pages_hold_every_task_once_newest_first_whatever_its_state()
    {
        var store = await OpenAsync();
        var all = new List<Guid>();
        for (var i = 0; i < 300; i++)
        {
            var task = await AddAsync(store);
            all.Add(task.Id);
            if (i % 3 == 0)
                await CancelAsync(store, task);
            else if (i % 3 == 1 && await StartAsync(store, task) is var running)
                await store.TrySwapAsync(running, running.Succeed(default, Now), StoreWrite.Durable, default);
        }

        var listed = await ListAllAsync(store, new() { PageSize = 7 });
        var succeeded = await ListAllAsync(store, new() { PageSize = 7, States = [BackgroundTaskState.Succeeded] });
        var queuedOrCanceled = await ListAllAsync(store, new() { PageSize = 7, States = [BackgroundTaskState.Queued, BackgroundTaskState.Canceled] });

        all.Reverse();
        Assert.Equal(all, listed.Select(task => task.Id));
        Assert.Equal(all.Where((_, i) => (299 - i) % 3 == 1), succeeded.Select(task => task.Id));
        Assert.Equal(all.Where((_, i) => (299 - i) % 3 != 1), queuedOrCanceled.Select(task => task.Id));
    }

    [Fact]
    public async Task A_page_token_fits_its_own_filter_alone()
    {
        var store = await OpenAsync();
        await AddAsync(store);
        await AddAsync(store);
        var token = (await store.ListAsync(new() { PageSize = 1 }, default)).Next;

        var foreign = await Assert.ThrowsAsync<BackgroundTaskRefusedException>(async () => await store.ListAsync(new() { Type = "t", PageToken = token }, default));
        var garbled = await Assert.ThrowsAsync<BackgroundTaskRefusedException>(async () => await store.ListAsync(new() { PageToken = "xx" }, default));

        Assert.Contains("pageToken", foreign.Errors.Keys);
        Assert.Contains("pageToken", garbled.Errors.Keys);
        Assert.Single((await store.ListAsync(new() { PageSize = 5, PageToken = token }, default)).Tasks);
    }

    [Fact]
    public async Task A_rare_filter_ends_its_pages_early_and_still_finds_all()
    {
        var store = await OpenAsync();
        var rare = new List<Guid>();
        for (var i = 0; i < 12_000; i++)
        {
            var task = NewTask(type: i % 6_000 == 0 ? "rare" : "t");
            await store.AddAsync(task, int.MaxValue, default);
            if (task.Type == "rare")
                rare.Insert(0, task.Id);
        }

        var first = await store.ListAsync(new() { Type = "rare" }, default);

        Assert.True(first.Tasks.Count < rare.Count);
        Assert.NotNull(first.Next);
        Assert.Equal(rare, (await ListAllAsync(store, new() { Type = "rare" })).Select(task => task.Id));
    }

    [Fact]
    public async Task A_purge_takes_what_finished_before_and_leaves_what_lives()
    {
        var store = await OpenAsync();
        var live = await AddAsync(store);
        var old = await CancelAsync(store, await AddAsync(store));
        var young = await CancelAsync(store, await AddAsync(store), Now.AddHours(1));
        var removed = new List<Guid>();
        using var subscription = store.Subscribe(change => removed.Add(change.Kind is BackgroundTaskChangeKind.Removed ? change.Id : Guid.Empty));

        while (await store.PurgeAsync(Now.AddMinutes(30), int.MaxValue, default))
        {
        }

        Assert.Null(await store.FindAsync(old.Id, default));
        Assert.NotNull(await store.FindAsync(live.Id, default));
        Assert.NotNull(await store.FindAsync(young.Id, default));
        Assert.Equal([old.Id], removed);
        Assert.Equal(new QueueCounts("default", 0, 1, 0, 0, 0, 1), await CountsAsync(store));
    }

    [Fact]
    public async Task A_purge_by_number_keeps_the_last_to_finish()
    {
        var store = await OpenAsync();
        var added = new List<BackgroundTask>();
        for (var i = 0; i < 3_000; i++)
            added.Add(await AddAsync(store));
        added.Reverse();
        foreach (var task in added)
            await CancelAsync(store, task);

        while (await store.PurgeAsync(DateTimeOffset.MinValue, 10, default))
        {
        }

        var kept = await ListAllAsync(store, new());
        Assert.Equal(added.TakeLast(10).Select(task => task.Id).ToHashSet(), kept.Select(task => task.Id).ToHashSet());
        Assert.Equal(10, (await CountsAsync(store)).Canceled);
    }

    [Fact]
    public async Task Counts_are_what_is_there_after_any_sequence()
    {
        var store = await OpenAsync();
        var random = new Random(7);
        var model = new Dictionary<Guid, BackgroundTask>();
        for (var step = 0; step < 3_000; step++)
        {
            if (random.Next(3) == 0 || model.Count == 0)
            {
                var task = await AddAsync(store);
                model[task.Id] = task;
                continue;
            }

            var current = model.Values.ElementAt(random.Next(model.Count));
            var successor = random.Next(5) switch
            {
                0 => current.Start("n", Now),
                1 => current.Succeed(default, Now),
                2 => current.Cancel(Now),
                3 => current.Interrupt(Now),
                _ => null,
            };
            if (successor is null && !current.IsTerminal)
                continue;
            Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(current, successor, StoreWrite.Durable, default));
            if (successor is null)
                model.Remove(current.Id);
            else
                model[current.Id] = successor;
        }

        var counts = await CountsAsync(store);
        Assert.Equal(new QueueCounts("default", 0, Of(BackgroundTaskState.Queued), Of(BackgroundTaskState.Running), Of(BackgroundTaskState.Succeeded), 0, Of(BackgroundTaskState.Canceled)), counts);
        Assert.Equal(model.Keys.ToHashSet(), (await ListAllAsync(store, new())).Select(task => task.Id).ToHashSet());

        long Of(BackgroundTaskState state) => model.Values.Count(task => task.State == state);
    }

    [Fact]
    public async Task The_oldest_that_waits_and_a_pause_are_told()
    {
        var store = await OpenAsync();
        var first = await AddAsync(store);
        var second = BackgroundTask.Create(new() { Id = Ids.Next(), Type = "t", Queue = "default", CreatedAt = Now.AddMinutes(1) });
        await store.AddAsync(second, 10, default);
        var before = await OverviewAsync();

        await StartAsync(store, first);
        await store.SetPausedAsync("default", true, default);
        var paused = await OverviewAsync();
        await CancelAsync(store, second);
        await store.SetPausedAsync("default", false, default);
        var after = await OverviewAsync();

        Assert.Equal((Now, false), (before.OldestQueuedAt, before.Paused));
        Assert.Equal((Now.AddMinutes(1), true), (paused.OldestQueuedAt, paused.Paused));
        Assert.Equal((null, false), (after.OldestQueuedAt, after.Paused));

        async Task<QueueCounts> OverviewAsync() => (await store.GetOverviewAsync(default)).Queues.Single();
    }

    [Fact]
    public async Task A_task_is_found_at_every_moment_of_its_end()
    {
        var store = await OpenAsync();
        using var over = new CancellationTokenSource();
        var ids = new System.Collections.Concurrent.ConcurrentQueue<Guid>();
        var reader = Task.Run(async () =>
        {
            var missed = 0;
            while (!over.IsCancellationRequested)
            {
                foreach (var id in ids)
                    missed += await store.FindAsync(id, default) is null ? 1 : 0;
                await Task.Yield();
            }

            return missed;
        });

        for (var i = 0; i < 3_000; i++)
        {
            var task = await AddAsync(store);
            ids.Enqueue(task.Id);
            if (ids.Count > 20)
                ids.TryDequeue(out _);
            await CancelAsync(store, task);
        }

        await over.CancelAsync();
        Assert.Equal(0, await reader.WaitAsync(TaskHost.Guard));
    }

    protected BackgroundTask NewTask(string queue = "default", string type = "t") => BackgroundTask.Create(new BackgroundTaskSubmission
    {
        Id = Ids.Next(),
        Type = type,
        Queue = queue,
        Payload = "{}"u8.ToArray(),
        CreatedAt = Now,
    });

    private static async Task<BackgroundTask> StartAsync(IBackgroundTaskStore store, BackgroundTask task)
    {
        var running = task.Start("node", Now)!;
        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(task, running, StoreWrite.Behind, default));
        return running;
    }

    private static async Task<BackgroundTask> CancelAsync(IBackgroundTaskStore store, BackgroundTask task, DateTimeOffset? at = null)
    {
        var canceled = task.Cancel(at ?? Now)!;
        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(task, canceled, StoreWrite.Durable, default));
        return canceled;
    }

    private static async Task<List<BackgroundTask>> ListAllAsync(IBackgroundTaskStore store, BackgroundTaskFilter filter)
    {
        var all = new List<BackgroundTask>();
        do
        {
            var page = await store.ListAsync(filter, default);
            Assert.True(page.Tasks.Count <= filter.PageSize);
            all.AddRange(page.Tasks);
            filter = filter with { PageToken = page.Next };
        }
        while (filter.PageToken is not null);
        return all;
    }

    private static async Task<QueueCounts> CountsAsync(IBackgroundTaskStore store) =>
        (await store.GetOverviewAsync(default)).Queues.Single(queue => queue.Queue == "default") with { OldestQueuedAt = null };

    private async Task<BackgroundTask> AddAsync(IBackgroundTaskStore store)
    {
        var task = NewTask();
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(task, int.MaxValue, default)).Outcome);
        return task;
    }
}

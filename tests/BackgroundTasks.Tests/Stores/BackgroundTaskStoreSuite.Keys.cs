namespace BackgroundTasks.Tests.Stores;

/// <summary>Idempotency keys and unique keys.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    [Fact]
    public async Task A_replay_is_answered_on_a_full_queue()
    {
        var store = await OpenAsync();
        var first = NewKeyed(idempotency: "k");
        await store.AddAsync(first, 1, default);

        var replay = await store.AddAsync(NewKeyed(idempotency: "k"), 1, default);

        Assert.Equal((AddOutcome.SameIdempotencyKey, first.Id), (replay.Outcome, replay.Existing!.Id));
        Assert.Equal(AddOutcome.QueueFull, (await store.AddAsync(NewKeyed(idempotency: "other"), 1, default)).Outcome);
        Assert.Equal(AddOutcome.QueueFull, (await store.AddAsync(NewKeyed(idempotency: "other"), 1, default)).Outcome);
    }

    [Fact]
    public async Task An_idempotency_key_lives_as_long_as_its_tasks_record()
    {
        var store = await OpenAsync();
        var first = NewKeyed(idempotency: "k");
        await store.AddAsync(first, 10, default);
        var canceled = await CancelAsync(store, first);

        // So many that the first is read from the journal by now.
        for (var i = 0; i < 2_000; i++)
            await CancelAsync(store, await AddAsync(store));
        var replay = await store.AddAsync(NewKeyed(idempotency: "k"), 10, default);
        await store.TrySwapAsync(replay.Existing!, null, StoreWrite.Durable, default);

        Assert.Equal((AddOutcome.SameIdempotencyKey, canceled.Id, canceled.Version), (replay.Outcome, replay.Existing!.Id, replay.Existing.Version));
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(NewKeyed(idempotency: "k"), 10, default)).Outcome);
    }

    [Fact]
    public async Task A_replay_is_answered_though_another_task_has_its_unique_key()
    {
        var store = await OpenAsync();
        var first = NewKeyed("k", "u");
        await store.AddAsync(first, 10, default);
        await CancelAsync(store, first);

        // So many that the first is read from the journal by now. Found by the model with the seed 0KN2urVrz_a2.
        for (var i = 0; i < 2_000; i++)
            await CancelAsync(store, await AddAsync(store));
        await store.AddAsync(NewKeyed(unique: "u"), 10, default);
        var replay = await store.AddAsync(NewKeyed("k", "u"), 10, default);

        Assert.Equal((AddOutcome.SameIdempotencyKey, first.Id), (replay.Outcome, replay.Existing?.Id));
    }

    [Fact]
    public async Task A_purged_task_gives_its_key_back()
    {
        var store = await OpenAsync();
        var first = NewKeyed(idempotency: "k");
        await store.AddAsync(first, 10, default);
        await CancelAsync(store, first);
        while (await store.PurgeAsync(Now.AddDays(1), 0, default))
        {
        }

        Assert.Equal(AddOutcome.Added, (await store.AddAsync(NewKeyed(idempotency: "k"), 10, default)).Outcome);
    }

    [Fact]
    public async Task A_task_that_lives_again_has_its_idempotency_key_still()
    {
        var store = await OpenAsync();
        var first = NewKeyed(idempotency: "k");
        await store.AddAsync(first, 10, default);
        var canceled = await CancelAsync(store, first);
        for (var i = 0; i < 2_000; i++)
            await CancelAsync(store, await AddAsync(store));

        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(canceled, canceled.Retry(Now), StoreWrite.Durable, default));

        Assert.Equal(AddOutcome.SameIdempotencyKey, (await store.AddAsync(NewKeyed(idempotency: "k"), 10, default)).Outcome);
    }

    [Fact]
    public async Task A_unique_key_is_held_while_its_task_is_active_and_per_type()
    {
        var store = await OpenAsync();
        var first = NewKeyed(unique: "u");
        await store.AddAsync(first, 10, default);

        var second = await store.AddAsync(NewKeyed(unique: "u"), 10, default);
        var otherType = await store.AddAsync(NewKeyed(unique: "u", type: "other"), 10, default);
        var running = await StartAsync(store, first);
        var third = await store.AddAsync(NewKeyed(unique: "u"), 10, default);
        await store.TrySwapAsync(running, running.Succeed(default, Now), StoreWrite.Durable, default);
        var fourth = await store.AddAsync(NewKeyed(unique: "u"), 10, default);

        Assert.Equal((AddOutcome.SameUniqueKey, first.Id), (second.Outcome, second.Existing!.Id));
        Assert.Equal(AddOutcome.Added, otherType.Outcome);
        Assert.Equal((AddOutcome.SameUniqueKey, BackgroundTaskState.Running), (third.Outcome, third.Existing!.State));
        Assert.Equal(AddOutcome.Added, fourth.Outcome);
    }

    [Fact]
    public async Task A_retry_is_refused_while_another_has_its_unique_key()
    {
        var store = await OpenAsync();
        var first = NewKeyed(unique: "u");
        await store.AddAsync(first, 10, default);
        var canceled = await CancelAsync(store, first);
        var second = NewKeyed(unique: "u");
        await store.AddAsync(second, 10, default);

        Assert.Equal(SwapResult.UniqueKeyTaken, await store.TrySwapAsync(canceled, canceled.Retry(Now), StoreWrite.Durable, default));
        await CancelAsync(store, second);
        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(canceled, canceled.Retry(Now), StoreWrite.Durable, default));
        Assert.Equal(AddOutcome.SameUniqueKey, (await store.AddAsync(NewKeyed(unique: "u"), 10, default)).Outcome);
    }

    [Fact]
    public async Task Of_many_at_once_with_one_key_one_is_added_and_all_learn_which()
    {
        var store = await OpenAsync();
        for (var round = 0; round < 100; round++)
        {
            var key = $"k{round}";
            var tasks = Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? NewKeyed(idempotency: key) : NewKeyed(idempotency: key, unique: key)).ToList();

            var results = await Task.WhenAll(tasks.Select(task => Task.Run(async () => await store.AddAsync(task, 1_000, default)))).WaitAsync(TaskHost.Guard);

            Assert.Single(results, result => result.Outcome is AddOutcome.Added);
            Assert.Single(results.Where(result => result.Existing is not null).Select(result => result.Existing!.Id).Distinct());
        }
    }

    [Fact]
    public async Task A_refused_addition_leaves_no_key_behind()
    {
        var store = await OpenAsync();
        var first = await AddAsync(store);

        Assert.Equal(AddOutcome.QueueFull, (await store.AddAsync(NewKeyed("k", "u"), 1, default)).Outcome);
        await CancelAsync(store, first);

        Assert.Equal(AddOutcome.Added, (await store.AddAsync(NewKeyed(unique: "u"), 1, default)).Outcome);
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(NewKeyed(idempotency: "k"), 2, default)).Outcome);
    }

    private BackgroundTask NewKeyed(string? idempotency = null, string? unique = null, string type = "t") => BackgroundTask.Create(new BackgroundTaskSubmission
    {
        Id = Ids.Next(),
        Type = type,
        Queue = "default",
        CreatedAt = Now,
        IdempotencyKey = idempotency,
        UniqueKey = unique,
    });
}

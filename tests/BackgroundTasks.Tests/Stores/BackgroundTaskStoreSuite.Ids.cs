namespace BackgroundTasks.Tests.Stores;

/// <summary>Ids that the submitter gives: taken ones, and those that another program made.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    [Fact]
    public async Task Of_many_additions_with_one_id_one_is_kept()
    {
        var store = await OpenAsync();
        for (var round = 0; round < 100; round++)
        {
            var id = round % 2 == 0 ? Ids.Next() : Guid.NewGuid();

            var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await store.AddAsync(NewTask(id), int.MaxValue, default))));

            Assert.Single(results, result => result.Outcome is AddOutcome.Added);
            Assert.Equal(3, results.Count(result => result.Outcome is AddOutcome.SameId && result.Existing!.Id == id));
        }

        Assert.Equal(100, (await CountsAsync(store)).Queued);
        Assert.Equal(100, (await ListAllAsync(store, new())).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_000)]
    public async Task An_id_of_a_finished_task_is_taken_until_its_record_is_gone(int later)
    {
        var store = await OpenAsync();
        foreach (var id in (Guid[])[Ids.Next(), OfDotNet(), Guid.NewGuid()])
        {
            var first = NewTask(id);
            await store.AddAsync(first, int.MaxValue, default);
            var canceled = await CancelAsync(store, first);
            for (var i = 0; i < later; i++)
                await CancelAsync(store, await AddAsync(store));

            var second = await store.AddAsync(NewTask(id), int.MaxValue, default);
            await store.TrySwapAsync(canceled, null, StoreWrite.Durable, default);
            var third = await store.AddAsync(NewTask(id), int.MaxValue, default);

            Assert.Equal((AddOutcome.SameId, canceled.Version), (second.Outcome, second.Existing!.Version));
            Assert.Equal(AddOutcome.Added, third.Outcome);
        }
    }

    [Fact]
    public async Task Ids_of_other_makers_are_kept_found_listed_finished_and_purged_like_ours()
    {
        var store = await OpenAsync();
        var other = new BackgroundTaskIds(TimeProvider.System);
        var ids = new List<Guid> { Guid.Empty, Guid.AllBitsSet };
        for (var i = 0; i < 200; i++)
            ids.AddRange([Ids.Next(), other.Next(), OfDotNet(), Guid.NewGuid()]);
        foreach (var id in ids)
            Assert.Equal(AddOutcome.Added, (await store.AddAsync(NewTask(id), int.MaxValue, default)).Outcome);
        ids.Sort(BackgroundTaskIds.Compare);
        ids.Reverse();

        Assert.Equal(ids, (await ListAllAsync(store, new() { PageSize = 7 })).Select(task => task.Id));
        for (var i = 0; i < ids.Count; i += 2)
            await CancelAsync(store, (await store.FindAsync(ids[i], default))!);

        Assert.Equal(ids, (await ListAllAsync(store, new() { PageSize = 7 })).Select(task => task.Id));
        Assert.Equal(ids.Where((_, i) => i % 2 == 0), (await ListAllAsync(store, new() { PageSize = 7, States = [BackgroundTaskState.Canceled] })).Select(task => task.Id));
        while (await store.PurgeAsync(DateTimeOffset.MinValue, 0, default))
        {
        }

        Assert.Equal(ids.Where((_, i) => i % 2 == 1), (await ListAllAsync(store, new())).Select(task => task.Id));
    }

#pragma warning disable RS0030 // Users may pass one.
    private static Guid OfDotNet() => Guid.CreateVersion7();
#pragma warning restore RS0030

    private static BackgroundTask NewTask(Guid id) =>
        BackgroundTask.Create(new() { Id = id, Type = "t", Queue = "default", Payload = "{}"u8.ToArray(), CreatedAt = Now });
}

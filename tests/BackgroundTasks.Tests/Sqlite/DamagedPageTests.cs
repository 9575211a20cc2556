namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Pages that are damaged while a store has its file: what lies on them is named, and the rest goes on.</summary>
public sealed class DamagedPageTests : IDisposable
{
    private const int PageSize = 4096;
    private const byte IndexLeaf = 10;
    private const byte TableLeaf = 13;
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payload_on_a_damaged_page_is_named_and_is_as_one_that_is_no_longer_kept(bool failedBefore)
    {
        var path = _folder.NewFile();
        BackgroundTask damaged, whole;
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            whole = await store.AddAsync(store.Samples.Queued(payload: 50_000));
            damaged = await store.AddAsync(store.Samples.Queued(payload: 50_000));
            if (failedBefore)
            {
                var running = await store.StartAsync(damaged);
                damaged = await store.SwapAsync(running, running.Fail(new("E", "No.", 1), store.Samples.Now));
            }
        }

        // The last of the pages that hold nothing but a payload, behind a pointer to the next one.
        DamagePage(path, page => page.AsSpan(4).IndexOfAnyExcept((byte)'x') < 0, page => page.AsSpan(0, 4).Fill(0xFF), last: true);
        await using var reopened = await SqliteStore.OpenAsync(path);
        damaged = (await reopened.Tasks.FindAsync(damaged.Id, default))!;
        whole = (await reopened.Tasks.FindAsync(whole.Id, default))!;

        Assert.Null(await reopened.Tasks.ReadPayloadAsync(damaged, default));
        await reopened.Events.Of("PayloadDamaged");
        Assert.Equal(50_000, (await reopened.Tasks.ReadPayloadAsync(whole, default))?.Length);
    }

    [Fact]
    public async Task A_purge_that_cannot_tell_what_lies_on_a_damaged_page_fails_alone()
    {
        var path = _folder.NewFile();
        var all = await CancelManyAsync(path, count: 600);
        DamagePage(path, HoldsKey150, Garble);
        DamagePage(path, page => page[0] == IndexLeaf && (Holds(page, all[300].Id) || Holds(page, all[301].Id)), Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);

        for (var round = 0; round < 20; round++)
        {
            var purge = reopened.Tasks.PurgeAsync(DateTimeOffset.MinValue, 0, default).AsTask();
            var adding = Enumerable.Range(0, 5).Select(_ => reopened.AddAsync()).ToList();
            await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => purge);
            await Task.WhenAll(adding);
            Assert.Null(await reopened.FaultAsync());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_purge_goes_on_behind_a_damaged_page_and_names_what_stays(int keepAtMost)
    {
        var path = _folder.NewFile();
        await CancelManyAsync(path);
        DamagePage(path, HoldsKey150, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);
        await reopened.PurgeAsync(keepAtMost);
        await reopened.Events.Of("FinishedRowSkipped");

        // What lay beside the page may not be removable without it.
        Assert.InRange((await KeptAsync(reopened)).Count, keepAtMost, keepAtMost + 60);
        for (var round = 0; round < 3; round++)
        {
            await CancelAsync(reopened, $"later-{round}");
            await reopened.PurgeAsync(keepAtMost);
        }

        var kept = await KeptAsync(reopened);
        Assert.InRange(kept.Count, keepAtMost, keepAtMost + 60);
        Assert.Equal(Math.Min(keepAtMost, 3), kept.Count(task => task.Submission.IdempotencyKey!.StartsWith("later", StringComparison.Ordinal)));
        Assert.InRange(Assert.Single((await reopened.Tasks.GetOverviewAsync(default)).Queues).Canceled, keepAtMost + 1, keepAtMost + 100);
        Assert.Null(await reopened.FaultAsync());
    }

    [Fact]
    public async Task A_purge_goes_on_where_a_row_is_damaged_and_another_ones_page()
    {
        var path = _folder.NewFile();
        await CancelManyAsync(path);
        StoredFile.Execute(path, "UPDATE finished SET state = 9 WHERE idempotency_key = 'key-010'");
        DamagePage(path, HoldsKey150, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);

        await reopened.PurgeAsync();

        Assert.InRange((await KeptAsync(reopened)).Count, 0, 60);
    }

    [Fact]
    public async Task A_record_whose_payload_lies_on_a_damaged_page_stays_and_the_others_go()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            for (var i = 0; i < 60; i++)
                await CancelAsync(store, $"key-{i}", payload: 600);
        }

        DamagePage(path, page => page[0] == TableLeaf && page.AsSpan().IndexOf(Enumerable.Repeat((byte)'x', 590).ToArray()) >= 0, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);

        await reopened.PurgeAsync();

        Assert.InRange((await KeptAsync(reopened)).Count, 1, 20);
        await reopened.Events.Of("FinishedRowLeft");
        Assert.Null(await reopened.FaultAsync());
    }

    [Fact]
    public async Task A_purge_goes_on_while_free_space_ends_at_a_damaged_page()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            for (var i = 0; i < 20; i++)
                await store.SucceedAsync(await store.AddAsync(), result: 500_000);
        }

        await CancelManyAsync(path);
        DamagePage(path, HoldsKey150, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);

        await reopened.PurgeAsync();

        Assert.InRange((await KeptAsync(reopened)).Count, 0, 60);
        await reopened.Events.Of("FreeSpaceKept");
    }

    [Fact]
    public async Task A_key_or_an_id_whose_row_lies_on_a_damaged_page_is_not_found_and_the_others_are()
    {
        var path = _folder.NewFile();
        var all = await CancelManyAsync(path);
        DamagePage(path, HoldsKey150, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);
        var found = new List<BackgroundTask>();
        var replayed = new List<Guid>();
        foreach (var task in all)
        {
            if (await reopened.Tasks.FindAsync(task.Id, default) is { } known)
                found.Add(known);
            if (await reopened.Tasks.AddAsync(reopened.Samples.Queued(key: task.Submission.IdempotencyKey), 1_000, default) is { Outcome: AddOutcome.SameIdempotencyKey } replay)
                replayed.Add(replay.Existing!.Id);
        }

        Assert.InRange(found.Count, 260, 299);
        Assert.Equal(found.Select(task => task.Id), replayed);
        Assert.DoesNotContain(all[150].Id, replayed);
        await reopened.Events.Of("FinishedRowSkipped");
        Assert.Equal(AddOutcome.SameIdempotencyKey, (await reopened.Tasks.AddAsync(reopened.Samples.Queued(key: "key-150"), 1_000, default)).Outcome);
        Assert.Null(await reopened.FaultAsync());
    }

    [Fact]
    public async Task Keys_whose_index_has_a_damaged_page_are_known_all_the_same()
    {
        var path = _folder.NewFile();
        var all = await CancelManyAsync(path);
        DamagePage(path, page => page[0] == IndexLeaf && page.AsSpan().IndexOf("key-150"u8) >= 0, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);

        foreach (var task in all)
            Assert.Equal(task.Id, (await reopened.Tasks.AddAsync(reopened.Samples.Queued(key: task.Submission.IdempotencyKey), 1_000, default)).Existing?.Id);
        await reopened.Events.Of("KeysDamaged");
        await CancelAsync(reopened, "key-300");
        Assert.Null(await reopened.FaultAsync());
    }

    [Fact]
    public async Task An_id_whose_row_lies_on_a_damaged_page_stays_taken()
    {
        var path = _folder.NewFile();
        var all = await CancelManyAsync(path);
        DamagePage(path, HoldsKey150, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);

        Assert.Equal(AddOutcome.SameId, (await reopened.Tasks.AddAsync(BackgroundTask.Create(all[150].Submission), 1_000, default)).Outcome);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(7)]
    public async Task A_list_passes_over_what_lies_on_a_damaged_page_and_names_it(int pageSize)
    {
        var path = _folder.NewFile();
        var all = (await CancelManyAsync(path)).Select(task => task.Id).Reverse().ToList();
        DamagePage(path, HoldsKey150, Garble);
        await using var reopened = await SqliteStore.OpenAsync(path);
        var listed = new List<Guid>();
        for (var filter = new BackgroundTaskFilter { PageSize = pageSize }; ;)
        {
            var page = await reopened.Tasks.ListAsync(filter, default);
            listed.AddRange(page.Tasks.Select(task => task.Id));
            if (page.Next is null)
                break;
            filter = filter with { PageToken = page.Next };
        }

        var skipped = all.Except(listed).ToList();
        Assert.Equal(all.Except(skipped), listed);
        Assert.InRange(skipped.Count, 1, 40);
        Assert.Contains(all[300 - 151], skipped);
        await reopened.Events.Of("FinishedRowSkipped");
    }

    private static async Task<List<BackgroundTask>> CancelManyAsync(string path, int count = 300)
    {
        await using var store = await SqliteStore.OpenAsync(path);
        var all = new List<BackgroundTask>();
        for (var i = 0; i < count; i++)
            all.Add(await CancelAsync(store, $"key-{i:000}"));
        return all;
    }

    private static async Task<BackgroundTask> CancelAsync(SqliteStore store, string key, int payload = 10)
    {
        var task = await store.AddAsync(store.Samples.Queued(key: key, payload: payload));
        return await store.SwapAsync(task, task.Cancel(store.Samples.Now));
    }

    private static async Task<IReadOnlyList<BackgroundTask>> KeptAsync(SqliteStore store) =>
        (await store.Tasks.ListAsync(new BackgroundTaskFilter { PageSize = 1_000 }, default)).Tasks;

    private static bool HoldsKey150(byte[] page) => page[0] == TableLeaf && page.AsSpan().IndexOf("key-150"u8) >= 0;

    private static bool Holds(byte[] page, Guid id) => page.AsSpan().IndexOf(id.ToByteArray(bigEndian: true)) >= 0;

    private static void Garble(byte[] page) => new Random(1).NextBytes(page);

    private static void DamagePage(string path, Predicate<byte[]> which, Action<byte[]> damage, bool last = false)
    {
        var bytes = File.ReadAllBytes(path);
        var pages = Enumerable.Range(0, bytes.Length / PageSize).Where(number => which(bytes[(number * PageSize)..((number + 1) * PageSize)])).ToList();
        Assert.NotEmpty(pages);
        var number = last ? pages[^1] : pages[0];
        var page = bytes[(number * PageSize)..((number + 1) * PageSize)];
        damage(page);
        page.CopyTo(bytes, number * PageSize);
        File.WriteAllBytes(path, bytes);
    }
}

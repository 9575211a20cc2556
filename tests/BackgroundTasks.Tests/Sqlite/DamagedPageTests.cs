namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Pages that are damaged while a store has its file: what lies on them is named, and the rest goes on.</summary>
public sealed class DamagedPageTests : IDisposable
{
    private const int PageSize = 4096;
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
    public async Task A_purge_that_meets_a_damaged_page_fails_alone()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            for (var i = 0; i < 300; i++)
            {
                var task = await store.AddAsync(store.Samples.Queued(key: $"key-{i:000}"));
                await store.SwapAsync(task, task.Cancel(store.Samples.Now));
            }
        }

        DamagePage(path, page => page[0] == TableLeaf && page.AsSpan().IndexOf("key-150"u8) >= 0, page => new Random(1).NextBytes(page));
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
    [InlineData(1_000)]
    [InlineData(7)]
    public async Task A_list_passes_over_what_lies_on_a_damaged_page_and_names_it(int pageSize)
    {
        var path = _folder.NewFile();
        var all = new List<Guid>();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            for (var i = 0; i < 300; i++)
            {
                var task = await store.AddAsync(store.Samples.Queued(key: $"key-{i:000}"));
                await store.SwapAsync(task, task.Cancel(store.Samples.Now));
                all.Insert(0, task.Id);
            }
        }

        DamagePage(path, page => page[0] == TableLeaf && page.AsSpan().IndexOf("key-150"u8) >= 0, page => new Random(1).NextBytes(page));
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

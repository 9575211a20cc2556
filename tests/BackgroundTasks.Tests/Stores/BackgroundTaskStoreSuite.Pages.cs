namespace BackgroundTasks.Tests.Stores;

/// <summary>Pages: what bounds them, where they begin, and what they need not look at.</summary>
public abstract partial class BackgroundTaskStoreSuite
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Times_of_creation_are_places_in_the_order_and_nothing_outside_is_looked_at(bool finished)
    {
        var store = await OpenAsync();
        var all = new List<BackgroundTask>();
        for (var i = 0; i < 3_000; i++)
        {
            var task = await AddAtAsync(store, Now + (i * Step), TimeSpan.Zero, finished);
            all.Insert(0, task);
        }

        var young = await store.ListAsync(new() { CreatedAfter = Now + (2_990 * Step) }, default);
        var old = await store.ListAsync(new() { CreatedBefore = Now + (10 * Step) }, default);
        var between = await store.ListAsync(new() { CreatedAfter = Now + (1_000 * Step), CreatedBefore = Now + (1_020 * Step) }, default);

        Assert.Equal(all.Take(10).Select(task => task.Id), young.Tasks.Select(task => task.Id));
        Assert.Equal(all.TakeLast(10).Select(task => task.Id), old.Tasks.Select(task => task.Id));
        Assert.Equal(all.Skip(1_980).Take(20).Select(task => task.Id), between.Tasks.Select(task => task.Id));
        Assert.All([young, old, between], page => Assert.Null(page.Next));
        Assert.All([young, old, between], page => Assert.InRange(page.Looked, 10, 25));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_task_whose_id_tells_another_time_is_listed_by_its_time_of_creation(bool finished)
    {
        var store = await OpenAsync();
        var (expected, offsets) = (new List<Guid>(), (int[])[-3_600_000, -1_001, -1_000, -1, 0, 1, 999, 1_000, 1_001, 3_600_000]);
        foreach (var milliseconds in offsets)
        {
            expected.Add((await AddAtAsync(store, Now, TimeSpan.FromMilliseconds(milliseconds), finished)).Id);
            await AddAtAsync(store, Now.AddMinutes(1), TimeSpan.FromMilliseconds(milliseconds), finished);
            await AddAtAsync(store, Now.AddMinutes(-1), TimeSpan.FromMilliseconds(milliseconds), finished);
        }

        var listed = await ListAllAsync(store, new() { CreatedAfter = Now, CreatedBefore = Now.AddTicks(1), PageSize = 3 });

        expected.Sort((left, right) => BackgroundTaskIds.Compare(right, left));
        Assert.Equal(expected, listed.Select(task => task.Id));
    }

    [Fact]
    public async Task A_deep_page_of_live_tasks_begins_at_its_token()
    {
        var store = await OpenAsync();
        var all = new List<Guid>();
        for (var i = 0; i < 3_000; i++)
            all.Insert(0, (await AddAsync(store)).Id);
        var filter = new BackgroundTaskFilter { States = [BackgroundTaskState.Queued], PageSize = 100 };
        var listed = new List<Guid>();

        do
        {
            var page = await store.ListAsync(filter, default);
            Assert.InRange(page.Looked, 0, 100);
            listed.AddRange(page.Tasks.Select(task => task.Id));
            filter = filter with { PageToken = page.Next };
        }
        while (filter.PageToken is not null);

        Assert.Equal(all, listed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(25_000)]
    public async Task A_page_ends_at_its_bytes_and_the_next_one_goes_on(int bytes)
    {
        var store = await OpenAsync();
        var all = new List<Guid>();
        for (var i = 0; i < 30; i++)
        {
            var task = await AddAsync(store);
            all.Insert(0, task.Id);
            if (i % 3 == 0)
                continue;
            var running = await StartAsync(store, task);
            await store.TrySwapAsync(running, running.Succeed(SampleTasks.Json(i * 500), Now), StoreWrite.Durable, default);
        }

        var filter = new BackgroundTaskFilter { PageBytes = bytes };
        var listed = new List<Guid>();
        do
        {
            var page = await store.ListAsync(filter, default);
            Assert.NotEmpty(page.Tasks);
            Assert.True(page.Tasks.Count == 1 || page.Tasks.Sum(task => task.Result.Length) <= bytes, $"{page.Tasks.Count} tasks have more than {bytes} bytes.");
            listed.AddRange(page.Tasks.Select(task => task.Id));
            filter = filter with { PageToken = page.Next };
        }
        while (filter.PageToken is not null);

        Assert.Equal(all, listed);
    }

    [Fact]
    public async Task Errors_count_in_the_bytes_of_a_page()
    {
        var store = await OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            var running = await StartAsync(store, await AddAsync(store));
            await store.TrySwapAsync(running, running.Fail(new("E", new string('x', 20_000), 1), Now), StoreWrite.Durable, default);
        }

        var page = await store.ListAsync(new BackgroundTaskFilter { PageBytes = 70_000 }, default);

        Assert.InRange(page.Tasks.Count, 1, 3);
        Assert.NotNull(page.Next);
    }

    /// <summary>Its id tells another time than its creation.</summary>
    private static async Task<BackgroundTask> AddAtAsync(IBackgroundTaskStore store, DateTimeOffset createdAt, TimeSpan ahead, bool finished)
    {
        var bytes = BackgroundTaskIds.LowestAt(createdAt, ahead).ToByteArray(bigEndian: true);
        Random.Shared.NextBytes(bytes.AsSpan(6));
        (bytes[6], bytes[8]) = ((byte)(0x70 | (bytes[6] & 0xF)), (byte)(0x80 | (bytes[8] & 0x3F)));
        var id = new Guid(bytes, bigEndian: true);
        var task = BackgroundTask.Create(new() { Id = id, Type = "t", Queue = "default", Payload = "{}"u8.ToArray(), CreatedAt = createdAt });
        Assert.Equal(AddOutcome.Added, (await store.AddAsync(task, int.MaxValue, default)).Outcome);
        return finished ? await CancelAsync(store, task) : task;
    }
}

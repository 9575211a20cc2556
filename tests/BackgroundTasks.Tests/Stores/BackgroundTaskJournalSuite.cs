namespace BackgroundTasks.Tests.Stores;

/// <summary>What every journal must do, whatever it writes to. What it keeps across a restart is a matter of its own tests.</summary>
public abstract partial class BackgroundTaskJournalSuite : IAsyncLifetime
{
    private const BackgroundTaskState Succeeded = BackgroundTaskState.Succeeded;
    private const BackgroundTaskState Failed = BackgroundTaskState.Failed;
    private const BackgroundTaskState Canceled = BackgroundTaskState.Canceled;
    private readonly SampleTasks _samples = new();

    protected IBackgroundTaskJournal Journal { get; private set; } = null!;

    /// <summary>A new journal that holds nothing. It is disposed after the test if it can be.</summary>
    protected abstract IBackgroundTaskJournal CreateJournal();

    public async Task InitializeAsync()
    {
        Journal = CreateJournal();
        await Journal.OpenAsync(default);
    }

    public async Task DisposeAsync()
    {
        if (Journal is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    [Fact]
    public async Task A_new_journal_opens_empty()
    {
        var journal = CreateJournal();

        var contents = await journal.OpenAsync(default);

        Assert.Empty(contents.Active);
        Assert.Empty(contents.Terminal);
        Assert.Null(contents.LastId);
        if (journal is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    [Fact]
    public async Task A_task_is_found_once_it_is_terminal()
    {
        var queued = _samples.Queued();
        await Journal.WriteAsync(null, queued, StoreWrite.Durable, default);
        Assert.Null(await Journal.FindAsync(queued.Id, default));

        var done = await FinishAsync(queued, Succeeded);

        TaskAssert.Same(done, await Journal.FindAsync(done.Id, default));
    }

    [Fact]
    public async Task Every_member_comes_back()
    {
        var submission = new BackgroundTaskSubmission
        {
            Id = _samples.Queued().Id,
            Type = "resize",
            Queue = "images",
            Payload = "{\"width\":1}"u8.ToArray(),
            CreatedAt = _samples.Now.AddTicks(7),
            Priority = -100,
            MaxAttempts = 5,
            Timeout = TimeSpan.FromTicks(12_345_678),
            Tags = new Dictionary<string, string> { ["tenant"] = "blue", ["größe"] = "" },
            UniqueKey = "one at a time",
            IdempotencyKey = "key-1",
            Fingerprint = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(),
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            TraceState = "vendor=1",
        };
        var task = new BackgroundTask
        {
            Submission = submission,
            State = Failed,
            Version = 1L << 40,
            Run = 7,
            Attempt = 4,
            LostRuns = 2,
            Survived = true,
            Node = "node-1",
            QueuedAt = _samples.Now.AddSeconds(1),
            ScheduledFor = _samples.Now.AddSeconds(-2),
            StartedAt = _samples.Now.AddSeconds(3),
            FinishedAt = _samples.Now.AddDays(400),
            CancelRequested = true,
            Error = new("timeout", "Took longer than 1 s: \"{}\" \u2028", 4),
            Progress = new(99, 33.3, "a third"),
        };

        await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        TaskAssert.Same(task, await Journal.FindAsync(task.Id, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_tasks_come_back(int seed)
    {
        var random = new RandomTasks(seed);
        var tasks = Enumerable.Range(0, 500).Select(_ => random.Next()).ToList();

        foreach (var task in tasks)
            await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        foreach (var task in tasks)
            TaskAssert.Same(task, await Journal.FindAsync(task.Id, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    [InlineData(3_000_000)]
    public async Task Results_of_any_size_come_back(int length)
    {
        var tasks = new[] { _samples.Succeeded(), _samples.Succeeded(length), _samples.Failed(length), _samples.Succeeded() };

        foreach (var task in tasks)
            await Journal.WriteAsync(null, task, StoreWrite.Durable, default);

        foreach (var task in tasks)
            await TaskAssert.SameAsync(task, await Journal.FindAsync(task.Id, default), Journal.ReadPayloadAsync);
    }

    [Theory]
    [InlineData(Failed)]
    [InlineData(Canceled)]
    public async Task What_may_be_tried_again_keeps_its_payload(BackgroundTaskState state)
    {
        var done = await FinishAsync(_samples.Queued(payload: 50), state);

        var found = await Journal.FindAsync(done.Id, default);

        Assert.Equal(SampleTasks.Json(50), found!.Submission.Payload.ToArray());
    }

    [Fact]
    public async Task An_id_that_differs_only_in_its_random_part_is_not_found()
    {
        var done = await FinishAsync(_samples.Queued(), Succeeded);
        var bytes = done.Id.ToByteArray(bigEndian: true);
        bytes[15] ^= 1;

        Assert.Null(await Journal.FindAsync(new Guid(bytes, bigEndian: true), default));
    }

    [Fact]
    public async Task An_id_that_differs_only_in_its_time_is_not_found()
    {
        var done = await FinishAsync(_samples.Queued(), Succeeded);
        var bytes = done.Id.ToByteArray(bigEndian: true);
        bytes[5] ^= 1;

        Assert.Null(await Journal.FindAsync(new Guid(bytes, bigEndian: true), default));
    }

    /// <summary>Writes each change from queued on, as a store does.</summary>
    private async Task<BackgroundTask> FinishAsync(BackgroundTask queued, BackgroundTaskState state)
    {
        if (queued.Version == 1)
            await Journal.WriteAsync(null, queued, StoreWrite.Durable, default);
        var done = _samples.Done(queued, state);
        var running = state is Canceled ? queued : queued.Start("node", _samples.Now)!;
        if (running != queued)
            await Journal.WriteAsync(queued, running, StoreWrite.Durable, default);
        await Journal.WriteAsync(running, done, StoreWrite.Durable, default);
        return done;
    }
}

using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>What is there after a close, and after a crash.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly SampleTasks _samples = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task After_a_close_every_task_is_there_as_it_was()
    {
        var path = _folder.NewFile();
        List<BackgroundTask> tasks;
        await using (var store = await OpenAsync(path))
            tasks = await FillAsync(store);

        await using var reopened = await OpenAsync(path);

        Assert.False(reopened.Events.Has("StoreWasNotClosed"));
        foreach (var task in tasks)
            await TaskAssert.SameAsync(task, await reopened.Tasks.FindAsync(task.Id, default), reopened.Tasks.ReadPayloadAsync);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task After_a_crash_every_live_task_has_survived_with_three_versions_more_for_each(int crashes)
    {
        var path = _folder.NewFile();
        await using var store = await OpenAsync(path);
        var tasks = await FillAsync(store);
        var opened = new Stack<SqliteStore>();

        for (var crash = 0; crash < crashes; crash++)
        {
            path = _folder.Copy(path);
            opened.Push(await OpenAsync(path));
        }

        await opened.Peek().Events.Of("StoreWasNotClosed");
        foreach (var task in tasks)
            await TaskAssert.SameAsync(Survivor(task, crashes), await opened.Peek().Tasks.FindAsync(task.Id, default), opened.Peek().Tasks.ReadPayloadAsync);
        while (opened.TryPop(out var last))
            await last.DisposeAsync();
    }

    [Fact]
    public async Task A_crash_is_counted_once_however_often_the_file_is_opened_afterwards()
    {
        var path = _folder.NewFile();
        await using var store = await OpenAsync(path);
        var task = await store.AddAsync();
        path = _folder.Copy(path);

        for (var i = 0; i < 3; i++)
        {
            await using var reopened = await OpenAsync(path);
            TaskAssert.Same(Survivor(task, 1), await reopened.Tasks.FindAsync(task.Id, default));
        }
    }

    [Fact]
    public async Task A_change_after_a_crash_keeps_its_version_over_a_close()
    {
        var path = _folder.NewFile();
        await using var store = await OpenAsync(path);
        var task = await store.AddAsync();
        path = _folder.Copy(path);
        BackgroundTask running;
        await using (var crashed = await OpenAsync(path))
            running = await crashed.StartAsync(Survivor(task, 1));

        await using var reopened = await OpenAsync(path);

        Assert.Equal(5, running.Version);
        TaskAssert.Same(running, await reopened.Tasks.FindAsync(task.Id, default));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Keys_pauses_counts_and_places_survive(bool closed)
    {
        var path = _folder.NewFile();
        var store = await OpenAsync(path);
        var unique = await store.AddAsync(New(unique: "u"));
        var live = await store.AddAsync(_samples.Queued(key: "live"));
        var ended = await store.SucceedAsync(await store.AddAsync(_samples.Queued(key: "ended")));
        await store.Tasks.SetPausedAsync("slow", true, default);
        await store.Tasks.SetPausedAsync("default", true, default);
        await store.Tasks.SetPausedAsync("default", false, default);
        if (closed)
            await store.DisposeAsync();
        path = _folder.Copy(path);

        await using var reopened = await OpenAsync(path);

        Assert.Equal((AddOutcome.SameUniqueKey, unique.Id), await AnswerAsync(New(unique: "u")));
        Assert.Equal((AddOutcome.SameIdempotencyKey, live.Id), await AnswerAsync(_samples.Queued(key: "live")));
        Assert.Equal((AddOutcome.SameIdempotencyKey, ended.Id), await AnswerAsync(_samples.Queued(key: "ended")));
        Assert.Equal((AddOutcome.QueueFull, null), await AnswerAsync(_samples.Queued(), capacity: 2));
        var queues = (await reopened.Tasks.GetOverviewAsync(default)).Queues.ToDictionary(queue => queue.Queue);
        Assert.True(queues["slow"].Paused);
        Assert.Equal((false, 2L, 1L), (queues["default"].Paused, queues["default"].Queued, queues["default"].Succeeded));
        await store.DisposeAsync();

        async Task<(AddOutcome, Guid?)> AnswerAsync(BackgroundTask task, int capacity = 100)
        {
            var result = await reopened.Tasks.AddAsync(task, capacity, default);
            return (result.Outcome, result.Existing?.Id);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ids_made_after_a_restart_are_higher_also_where_their_tasks_are_gone_and_the_clock_went_back(bool closed)
    {
        var path = _folder.NewFile();
        var store = await OpenAsync(path);
        _samples.Clock.Advance(TimeSpan.FromHours(1));
        var last = await store.AddAsync();
        await store.Tasks.TrySwapAsync(await store.SwapAsync(last, last.Cancel(_samples.Now)), null, StoreWrite.Durable, default);
        if (closed)
            await store.DisposeAsync();

        await using var reopened = await SqliteStore.OpenAsync(_folder.Copy(path), new SampleTasks());

        Assert.True(BackgroundTaskIds.Compare(reopened.Ids.Next(), last.Id) > 0);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task What_ran_is_due_at_once_and_recovered_only_once()
    {
        var path = _folder.NewFile();
        await using var store = await OpenAsync(path);
        var running = await store.StartAsync(await store.AddAsync());
        await store.AddAsync();
        await using var reopened = await OpenAsync(_folder.Copy(path));

        var lost = Assert.Single((await reopened.Tasks.ListDueAsync(_samples.Now, 10, default)).Tasks);
        Assert.Equal((running.Id, BackgroundTaskState.Running), (lost.Id, lost.State));
        var recovered = await reopened.SwapAsync(lost, lost.Recover(3, _samples.Now));

        Assert.Equal((BackgroundTaskState.Queued, 1, 0), (recovered.State, recovered.LostRuns, recovered.Attempt));
        Assert.Empty((await reopened.Tasks.ListDueAsync(_samples.Now, 10, default)).Tasks);
    }

    private static BackgroundTask Survivor(BackgroundTask task, int crashes) => task.IsTerminal ? task : new()
    {
        Submission = task.Submission,
        State = task.State,
        Version = task.Version + (3 * crashes),
        Survived = true,
        Run = task.Run,
        Attempt = task.Attempt,
        Node = task.Node,
        QueuedAt = task.QueuedAt,
        ScheduledFor = task.ScheduledFor,
        StartedAt = task.StartedAt,
        CancelRequested = task.CancelRequested,
        Error = task.Error,
    };

    private Task<SqliteStore> OpenAsync(string path) => SqliteStore.OpenAsync(path, _samples);

    /// <summary>One task of each kind.</summary>
    private async Task<List<BackgroundTask>> FillAsync(SqliteStore store)
    {
        var retrying = await store.StartAsync(await store.AddAsync(New()));
        var canceling = await store.StartAsync(await store.AddAsync(New(unique: "c")));
        return
        [
            await store.AddAsync(New(unique: "u", payload: 2_000)),
            await store.AddAsync(New(delay: TimeSpan.FromHours(1))),
            await store.StartAsync(await store.AddAsync(New())),
            await store.SwapAsync(canceling, canceling.Cancel(_samples.Now)),
            await store.SwapAsync(retrying, retrying.ScheduleRetry(new("E", "No.", 1), _samples.Now.AddMinutes(1), _samples.Now)),
            await store.SucceedAsync(await store.AddAsync(New())),
            await FailAsync(store, await store.AddAsync(New(payload: 2_000))),
        ];
    }

    private async Task<BackgroundTask> FailAsync(SqliteStore store, BackgroundTask task)
    {
        var running = await store.StartAsync(task);
        return await store.SwapAsync(running, running.Fail(new("E", "No.", 1), _samples.Now));
    }

    private BackgroundTask New(string? unique = null, TimeSpan delay = default, int payload = 20) => BackgroundTask.Create(
        new BackgroundTaskSubmission
        {
            Id = _samples.Queued().Id,
            Type = "t",
            Queue = "default",
            CreatedAt = _samples.Now,
            Payload = SampleTasks.Json(payload),
            Priority = 7,
            MaxAttempts = 3,
            Tags = new Dictionary<string, string> { ["tenant"] = "a" },
            UniqueKey = unique,
        },
        _samples.Now + delay);
}

using BackgroundTasks.Tests.Sqlite;
using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Budget;

/// <summary>A long payload stays in the file until its task runs, whatever happens to the task before.</summary>
public sealed class StoredPayloadTests : IDisposable
{
    private const int Length = 100_000;
    private readonly SampleTasks _samples = new();
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(513, false)]
    [InlineData(4_096, false)]
    [InlineData(4_097, true)]
    [InlineData(Length, true)]
    public async Task A_long_payload_is_not_in_the_snapshot_and_is_read_from_the_file(int length, bool isInStore)
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path, _samples);
        var task = await store.AddAsync(_samples.Queued(payload: length));

        await AssertPayloadAsync(store, task.Id, isInStore, length);
        await using var reopened = await SqliteStore.OpenAsync(_folder.Copy(path), _samples);
        await AssertPayloadAsync(reopened, task.Id, isInStore, length);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(Length)]
    public async Task A_payload_is_there_after_an_interruption_a_failure_a_retry_by_hand_and_a_restart_after_each(int length)
    {
        var path = _folder.NewFile();
        var id = (await AddAndCloseAsync(path, length)).Id;
        Func<BackgroundTask, BackgroundTask?>[] changes =
        [
            task => task.Start("node", _samples.Now), task => task.Interrupt(_samples.Now),
            task => task.Start("node", _samples.Now), task => task.ScheduleRetry(new("E", "", 1), _samples.Now, _samples.Now), task => task.Release(_samples.Now),
            task => task.Start("node", _samples.Now), task => task.Fail(new("E", "", 1), _samples.Now), task => task.Retry(_samples.Now),
            task => task.Cancel(_samples.Now), task => task.Retry(_samples.Now),
        ];
        foreach (var change in changes)
        {
            await using var store = await SqliteStore.OpenAsync(path, _samples);
            var task = (await store.Tasks.FindAsync(id, default))!;
            await store.SwapAsync(task, change(task));
            await AssertPayloadAsync(store, id, null, length);
        }
    }

    [Fact]
    public async Task Two_retries_by_hand_of_one_process_keep_the_payload()
    {
        await using var store = await SqliteStore.OpenAsync(_folder.NewFile(), _samples);
        var id = (await store.AddAsync(_samples.Queued(payload: Length))).Id;

        for (var i = 0; i < 2; i++)
        {
            await ChangeAsync(store, id, task => task.Cancel(_samples.Now));
            await ChangeAsync(store, id, task => task.Retry(_samples.Now));
        }

        await AssertPayloadAsync(store, id, true, Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payload_goes_with_its_task(bool succeeds)
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path, _samples);
        var id = (await store.AddAsync(_samples.Queued(payload: Length))).Id;
        var task = (await store.Tasks.FindAsync(id, default))!;
        if (succeeds)
        {
            await store.SucceedAsync(task);
        }
        else
        {
            await ChangeAsync(store, id, queued => queued.Cancel(_samples.Now));
            await ChangeAsync(store, id, canceled => canceled.Retry(_samples.Now));
            await ChangeAsync(store, id, queued => queued.Cancel(_samples.Now));
            await store.Tasks.TrySwapAsync((await store.Tasks.FindAsync(id, default))!, null, StoreWrite.Durable, default);
        }

        Assert.Null(await store.Tasks.ReadPayloadAsync(task, default));
        await store.DisposeAsync();
        Assert.Equal(0, StoredFile.Number(path, "SELECT COUNT(*) FROM payloads"));
    }

    [Fact]
    public async Task A_start_reads_no_long_payload()
    {
        var path = _folder.NewFile();
        await using (var former = await SqliteStore.OpenAsync(path, _samples))
        {
            for (var i = 0; i < 100; i++)
                await former.AddAsync(_samples.Queued(payload: Length));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var opening = SqliteStore.OpenAsync(path, _samples);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(opening.IsCompleted, "It was opened on another thread, and nothing was measured.");
        await (await opening).DisposeAsync();
        Assert.True(allocated < 10 * Length, $"{allocated} bytes were allocated for 100 payloads of {Length}.");
    }

    private async Task<BackgroundTask> AddAndCloseAsync(string path, int length)
    {
        await using var store = await SqliteStore.OpenAsync(path, _samples);
        return await store.AddAsync(_samples.Queued(payload: length));
    }

    private static async Task ChangeAsync(SqliteStore store, Guid id, Func<BackgroundTask, BackgroundTask?> change)
    {
        var task = (await store.Tasks.FindAsync(id, default))!;
        await store.SwapAsync(task, change(task));
    }

    private static async Task AssertPayloadAsync(SqliteStore store, Guid id, bool? isInStore, int length)
    {
        var task = (await store.Tasks.FindAsync(id, default))!;
        if (isInStore is { } expected)
            Assert.Equal((expected, expected ? 0 : length), (task.Submission.IsPayloadInStore, task.Submission.Payload.Length));
        Assert.Equal(SampleTasks.Json(length), (await store.Tasks.ReadPayloadAsync(task, default))!.Value.ToArray());
    }
}

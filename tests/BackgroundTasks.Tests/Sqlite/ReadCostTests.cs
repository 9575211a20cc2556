using BackgroundTasks.Tests.Sqlite.Faults;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>What is not needed is not read.</summary>
public sealed class ReadCostTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FaultyFileSystem _system = new();

    public void Dispose()
    {
        _system.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_start_reads_the_same_however_many_tasks_have_ended()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            for (var i = 0; i < 500; i++)
                await store.SucceedAsync(await store.AddAsync(), result: 3_000);
        }

        await using (await SqliteStore.OpenAsync(path, vfs: _system.Name))
            Assert.InRange(_system.Calls, 1, 100);
    }

    [Fact]
    public async Task A_list_by_tag_reads_no_result_of_a_task_without_it()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            for (var i = 0; i < 20; i++)
                await store.SucceedAsync(await store.AddAsync(store.Samples.Queued(tags: new Dictionary<string, string> { ["customer"] = $"{i}" })), result: 400_000);
        }

        await using var again = await SqliteStore.OpenAsync(path, vfs: _system.Name);
        var before = _system.Calls;
        var page = await again.Tasks.ListAsync(new BackgroundTaskFilter { Tags = new Dictionary<string, string> { ["customer"] = "7" } }, default);

        Assert.Equal(400_000, Assert.Single(page.Tasks).Result.Length);
        Assert.InRange(_system.Calls - before, 100, 200);
    }

    [Fact]
    public async Task A_purge_of_tasks_of_a_former_process_takes_no_payload_of_a_later_one()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            foreach (var length in (int[])[0, 20, 3_000, 20, 0])
            {
                var task = await store.AddAsync(store.Samples.Queued(payload: length));
                await store.SwapAsync(task, task.Cancel(store.Samples.Now));
            }
        }

        await using var later = await SqliteStore.OpenAsync(path);
        var added = new List<BackgroundTask>();
        for (var i = 0; i < 10; i++)
            added.Add(await later.AddAsync(later.Samples.Queued(payload: 3_000)));
        await later.PurgeAsync();

        Assert.Equal(0, StoredFile.Number(path, "SELECT COUNT(*) FROM finished"));
        Assert.Equal(added.Count, StoredFile.Number(path, "SELECT COUNT(*) FROM payloads JOIN active USING (seq)"));
        StoredFile.AssertWhole(path);
    }
}

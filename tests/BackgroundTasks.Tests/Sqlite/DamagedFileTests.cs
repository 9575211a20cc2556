using Microsoft.Data.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A file that is not what it must be: the start says so and leaves it as it is.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Garbage_is_refused_and_left_as_it_is()
    {
        var garbage = new byte[20_000];
        new Random(1).NextBytes(garbage);

        await AssertRefusedAsync(_folder.Put(new Dictionary<string, byte[]> { [""] = garbage }));
    }

    [Fact]
    public async Task A_damaged_schema_is_refused_and_left_as_it_is()
    {
        var path = await ClosedAsync();
        StoredFile.Garble(path, page: 1, from: 100);

        await AssertRefusedAsync(path);
    }

    [Theory]
    [InlineData("active")]
    [InlineData("counts")]
    [InlineData("store")]
    public async Task A_damaged_page_of_what_is_read_at_the_start_is_refused_and_left_as_it_is(string table)
    {
        var path = await ClosedAsync();
        StoredFile.Garble(path, StoredFile.Number(path, $"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"));

        await AssertRefusedAsync(path);
    }

    [Theory]
    [InlineData("standing = '{'")]
    [InlineData("standing = '[]'")]
    [InlineData("submission = 'x'")]
    [InlineData("id = x'01'")]
    [InlineData("created = -1")]
    [InlineData("state = 9")]
    [InlineData("state = 0")]
    [InlineData("version = -5")]
    [InlineData("seq = 9223372036854775807, state = 3")]
    [InlineData("payload = NULL")]
    public async Task A_damaged_row_of_an_active_task_is_named_and_set_aside_and_the_others_are_served(string damage)
    {
        var path = await ClosedAsync();
        StoredFile.Execute(path, $"UPDATE active SET {damage} WHERE seq = 7");

        await using (var store = await SqliteStore.OpenAsync(path))
        {
            await store.Events.Of("ActiveRowSetAside");
            await store.SucceedAsync(await store.AddAsync());
            Assert.Equal(99, Assert.Single((await store.Tasks.GetOverviewAsync(default)).Queues).Queued);
        }

        Assert.Equal(100, StoredFile.Number(path, "SELECT COUNT(*) FROM active"));
        await using var again = await SqliteStore.OpenAsync(path);
        await again.Events.Of("ActiveRowSetAside");
    }

    [Fact]
    public async Task Two_rows_of_one_active_task_do_not_stop_the_start()
    {
        var path = await ClosedAsync();
        StoredFile.Execute(path, "UPDATE active SET id = (SELECT id FROM active WHERE seq = 7) WHERE seq = 8");

        await using var store = await SqliteStore.OpenAsync(path);

        await store.Events.Of("ActiveRowSetAside");
        Assert.Equal(99, Assert.Single((await store.Tasks.GetOverviewAsync(default)).Queues).Queued);
    }

    [Theory]
    [InlineData("DELETE FROM store")]
    [InlineData("UPDATE store SET last_id = x'01'")]
    [InlineData("UPDATE store SET last_id = 'text'")]
    public async Task A_damaged_state_of_the_store_does_not_stop_the_start(string damage)
    {
        var path = await ClosedAsync();
        StoredFile.Execute(path, damage);

        await using var store = await SqliteStore.OpenAsync(path);

        await store.SucceedAsync(await store.AddAsync());
    }

    [Fact]
    public async Task A_file_that_is_refused_keeps_the_log_that_a_crash_has_left_beside_it()
    {
        var path = _folder.NewFile();
        await using var crashed = await SqliteStore.OpenAsync(path);
        await crashed.AddAsync();
        var copy = _folder.Copy(path);
        StoredFile.Execute(path, "PRAGMA user_version = -1");
        var damaged = _folder.Copy(path);
        var (file, log) = (StoredFile.Hash(damaged), StoredFile.Hash(damaged + "-wal"));

        await SqliteStore.RefusalOfAsync(damaged);

        Assert.Equal((file, log), (StoredFile.Hash(damaged), StoredFile.Hash(damaged + "-wal")));
        await using var whole = await SqliteStore.OpenAsync(copy);
    }

    [Theory]
    [InlineData("standing = '{'")]
    [InlineData("standing = '[]'")]
    [InlineData("standing = '{}'")]
    [InlineData("submission = 'x'")]
    [InlineData("created = -1")]
    [InlineData("finished = 9223372036854775807")]
    [InlineData("version = 0")]
    [InlineData("result = x'7b'", BackgroundTaskState.Succeeded)]
    [InlineData("id = x'01'")]
    [InlineData("id = zeroblob(20)")]
    [InlineData("state = 9")]
    [InlineData("idempotency_key = x'00ff', standing = 'x'")]
    [InlineData("number = 9223372036854775807, standing = 'x'")]
    [InlineData("number = -5, standing = 'x'")]
    public async Task A_damaged_row_of_a_finished_task_is_skipped_by_every_reader_and_the_others_are_served(string damage, BackgroundTaskState state = BackgroundTaskState.Failed)
    {
        var path = _folder.NewFile();
        BackgroundTask damaged, whole;
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            await FinishAsync(store, "first", state);
            damaged = await FinishAsync(store, "damaged", state);
            whole = await FinishAsync(store, "whole", state);
        }

        StoredFile.Execute(path, $"UPDATE finished SET {damage} WHERE idempotency_key = 'damaged'");
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            var listed = await store.Tasks.ListAsync(new BackgroundTaskFilter(), default);

            Assert.Equal(2, listed.Tasks.Count);
            Assert.Null(listed.Next);
            if (!damage.StartsWith("state", StringComparison.Ordinal))
                await store.Events.Of("FinishedRowSkipped");
            Assert.Null(await store.Tasks.FindAsync(damaged.Id, default));
            Assert.Equal(SwapResult.Outdated, await store.Tasks.TrySwapAsync(damaged, null, StoreWrite.Durable, default));
            Assert.Equal(AddOutcome.Added, (await store.Tasks.AddAsync(store.Samples.Queued(key: "damaged"), 10, default)).Outcome);
            Assert.Equal(AddOutcome.SameIdempotencyKey, (await store.Tasks.AddAsync(store.Samples.Queued(key: "whole"), 10, default)).Outcome);
            Assert.NotNull(await store.Tasks.FindAsync(whole.Id, default));
            await FinishAsync(store, "later", state);
            await store.PurgeAsync(keepAtMost: 1);
            await store.PurgeAsync();
        }

        Assert.Equal(0, StoredFile.Number(path, "SELECT COUNT(*) FROM finished"));
        Assert.Equal(0, StoredFile.Number(path, "SELECT SUM(succeeded + failed + canceled) FROM counts"));
        await using var after = await SqliteStore.OpenAsync(path);
        Assert.Equal(1, Assert.Single((await after.Tasks.ListAsync(new BackgroundTaskFilter(), default)).Tasks).Version);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task A_schema_that_nobody_wrote_is_refused_with_what_to_do(int version)
    {
        var path = await ClosedAsync();
        StoredFile.Execute(path, $"PRAGMA user_version = {version}");

        await AssertRefusedAsync(path);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public async Task A_file_in_which_there_is_nothing_is_damage_and_not_a_new_one(int zeros)
    {
        var path = await ClosedAsync();
        File.WriteAllBytes(path, new byte[zeros]);

        await AssertRefusedAsync(path);
    }

    [Fact]
    public async Task A_log_without_its_file_is_refused_and_left_as_it_is()
    {
        var path = _folder.NewFile();
        await using var crashed = await SqliteStore.OpenAsync(path);
        var task = await crashed.AddAsync();
        var copy = _folder.Copy(path);
        File.Move(copy, copy + ".away");
        var log = StoredFile.Hash(copy + "-wal");

        var refusal = await SqliteStore.RefusalOfAsync(copy);

        Assert.Contains("is missing, but its -wal is there", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(log, StoredFile.Hash(copy + "-wal"));
        File.Move(copy + ".away", copy);
        await using var store = await SqliteStore.OpenAsync(copy);
        Assert.NotNull(await store.Tasks.FindAsync(task.Id, default));
    }

    [Theory]
    [InlineData("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")]
    [InlineData("PRAGMA application_id = 7; CREATE TABLE theirs (a)")]
    [InlineData("PRAGMA user_version = 1; CREATE TABLE active (a)")]
    [InlineData("PRAGMA journal_mode = WAL; CREATE TABLE theirs (a)")]
    public async Task A_file_of_another_program_is_refused_and_left_as_it_is(string sql)
    {
        var path = _folder.NewFile();
        using (var theirs = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            theirs.Open();
            using var command = theirs.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        var before = StoredFile.Hash(path);

        var refusal = await SqliteStore.RefusalOfAsync(path);

        Assert.Contains("a file of their own", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, StoredFile.Hash(path));
    }

    private static async Task<BackgroundTask> FinishAsync(SqliteStore store, string key, BackgroundTaskState state)
    {
        var task = await store.StartAsync(await store.AddAsync(store.Samples.Queued(key: key)), StoreWrite.Behind);
        return await store.SwapAsync(task, state is BackgroundTaskState.Failed ? task.Fail(new("E", "No.", 1), store.Samples.Now) : task.Succeed("1"u8.ToArray(), store.Samples.Now));
    }

    private async Task<string> ClosedAsync()
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path);
        for (var i = 0; i < 100; i++)
            await store.AddAsync(store.Samples.Queued(payload: 300));
        return path;
    }

    private static async Task AssertRefusedAsync(string path)
    {
        var before = StoredFile.Hash(path);

        var refusal = await SqliteStore.RefusalOfAsync(path);

        Assert.Contains("put a backup in its place", refusal.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, StoredFile.Hash(path));
        Assert.Equal(refusal.Message, (await SqliteStore.RefusalOfAsync(path)).Message);
    }
}

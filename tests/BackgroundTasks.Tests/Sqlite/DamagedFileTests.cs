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
    [InlineData("submission = 'x'")]
    [InlineData("id = x'01'")]
    [InlineData("created = -1")]
    public async Task A_row_that_cannot_be_read_is_refused_and_left_as_it_is(string damage)
    {
        var path = await ClosedAsync();
        StoredFile.Execute(path, $"UPDATE active SET {damage} WHERE seq = 7");

        await AssertRefusedAsync(path);
    }

    [Fact]
    public async Task A_file_that_is_refused_keeps_the_log_that_a_crash_has_left_beside_it()
    {
        var path = _folder.NewFile();
        await using var crashed = await SqliteStore.OpenAsync(path);
        await crashed.AddAsync();
        var copy = _folder.Copy(path);
        StoredFile.Execute(path, "UPDATE active SET standing = '{'");
        var damaged = _folder.Copy(path);
        var (file, log) = (StoredFile.Hash(damaged), StoredFile.Hash(damaged + "-wal"));

        await SqliteStore.RefusalOfAsync(damaged);

        Assert.Equal((file, log), (StoredFile.Hash(damaged), StoredFile.Hash(damaged + "-wal")));
        await using var whole = await SqliteStore.OpenAsync(copy);
    }

    [Fact]
    public async Task A_row_of_an_ended_task_that_cannot_be_read_is_a_fault_of_the_store()
    {
        var path = _folder.NewFile();
        BackgroundTask ended;
        await using (var store = await SqliteStore.OpenAsync(path))
            ended = await store.SucceedAsync(await store.AddAsync());
        StoredFile.Execute(path, "UPDATE finished SET standing = '{'");

        await using var reopened = await SqliteStore.OpenAsync(path);

        await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(async () => await reopened.Tasks.FindAsync(ended.Id, default));
        await reopened.AddAsync();
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

        Assert.Contains("put a backup in its place", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, StoredFile.Hash(path));
        Assert.Equal(refusal.Message, (await SqliteStore.RefusalOfAsync(path)).Message);
    }
}

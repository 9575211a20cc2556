using BackgroundTasks.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Neither the file nor its log grows for ever.</summary>
public sealed class FileSizeTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_gives_back_what_a_purge_has_freed()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            for (var i = 0; i < 60; i++)
                await store.SucceedAsync(await store.AddAsync(), result: 500_000);
        }

        Assert.InRange(new FileInfo(path).Length, 28 * Megabyte, long.MaxValue);
        await using (var store = await SqliteStore.OpenAsync(path))
            await store.PurgeAsync(keepAtMost: 2);

        Assert.InRange(new FileInfo(path).Length, 1, 11 * Megabyte);
        StoredFile.AssertWhole(path);
    }

    [Fact]
    public async Task A_file_stays_small_while_tasks_come_and_go()
    {
        var path = _folder.NewFile();
        var largest = 0L;
        await using var store = await SqliteStore.OpenAsync(path);
        for (var round = 0; round < 20; round++)
        {
            for (var i = 0; i < 10; i++)
                await store.SucceedAsync(await store.AddAsync(store.Samples.Queued(payload: 100_000)), result: 100_000);
            await store.PurgeAsync(keepAtMost: 10);
            largest = Math.Max(largest, StoredFile.Number(path, "PRAGMA page_count") * 4096);
        }

        Assert.InRange(largest, 1, 14 * Megabyte);
    }

    [Fact]
    public async Task The_log_stays_bounded_under_continuous_writing()
    {
        var path = _folder.NewFile();
        var longest = 0L;
        await using var store = await SqliteStore.OpenAsync(path);
        for (var i = 0; i < 1_000; i++)
        {
            await store.AddAsync(store.Samples.Queued(payload: 80_000));
            longest = Math.Max(longest, new FileInfo(path + "-wal").Length);
        }

        Assert.InRange(longest, 8 * Megabyte, 40 * Megabyte);
    }

    [Fact]
    public async Task The_log_is_cut_once_a_reader_that_held_it_up_has_gone()
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path);
        using (var reader = new Database(new SqliteStoreOptions { Path = path }, creates: false))
        {
            reader.Execute("BEGIN");
            reader.Number("SELECT COUNT(*) FROM active");
            await WriteAsync(store, 600);
            Assert.InRange(new FileInfo(path + "-wal").Length, 40 * Megabyte, long.MaxValue);
        }

        await WriteAsync(store, 300);

        Assert.InRange(new FileInfo(path + "-wal").Length, 1, 40 * Megabyte);
    }

    private static async Task WriteAsync(SqliteStore store, int tasks)
    {
        for (var i = 0; i < tasks; i++)
            await store.AddAsync(store.Samples.Queued(payload: 80_000));
    }
}

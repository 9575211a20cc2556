using BackgroundTasks.Tests.Sqlite.Faults;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A close, with work still under way.</summary>
public sealed class CloseTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FaultyFileSystem _system = new();

    public void Dispose()
    {
        _system.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_read_during_the_close_leaves_no_file_open()
    {
        for (var round = 0; round < 20; round++)
        {
            var store = await SqliteStore.OpenAsync(_folder.NewFile(), vfs: _system.Name);
            var ended = await store.SucceedAsync(await store.AddAsync());
            var reads = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                for (var i = 0; i < 20; i++)
                    await store.Tasks.ListAsync(new BackgroundTaskFilter(), default);
            })).ToArray();

            await store.DisposeAsync();

            foreach (var read in reads)
                Assert.True(await Record.ExceptionAsync(() => read) is null or BackgroundTaskStoreException);
            Assert.Equal(0, _system.OpenFiles);
            await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(async () => await store.Tasks.ListAsync(new BackgroundTaskFilter(), default));
        }
    }

    [Fact]
    public async Task What_waits_when_the_store_is_closed_is_stored()
    {
        var path = _folder.NewFile();
        var store = await SqliteStore.OpenAsync(path, vfs: _system.Name);
        var owed = await store.StartAsync(await store.AddAsync(), StoreWrite.Behind);
        var adding = Enumerable.Range(0, 20).Select(_ => store.AddAsync()).ToArray();

        await store.DisposeAsync();

        await using var reopened = await SqliteStore.OpenAsync(path);
        foreach (var task in await Task.WhenAll(adding))
            Assert.NotNull(await reopened.Tasks.FindAsync(task.Id, default));
        Assert.Equal((2, false), ((await reopened.Tasks.FindAsync(owed.Id, default))!.Version, (await reopened.Tasks.FindAsync(owed.Id, default))!.Survived));
    }

    [Fact]
    public async Task A_write_after_the_close_is_refused()
    {
        var store = await SqliteStore.OpenAsync(_folder.NewFile(), vfs: _system.Name);
        await store.DisposeAsync();

        await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());
    }

    [Fact]
    public async Task A_close_leaves_the_file_alone_without_its_log()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path, vfs: _system.Name))
        {
            await store.SucceedAsync(await store.AddAsync());
            await store.Tasks.ListAsync(new BackgroundTaskFilter(), default);
        }

        Assert.False(File.Exists(path + "-wal"));
        Assert.False(File.Exists(path + "-shm"));
    }
}

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A file that is deleted or moved away while a store has it open: SQLite itself would write on to what is gone.</summary>
public sealed class MissingFileTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("-wal")]
    public async Task Nothing_is_accepted_into_a_file_that_was_moved_away_until_it_is_back(string suffix)
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            var before = await store.AddAsync();
            File.Move(path + suffix, path + ".away");
            store.Samples.Clock.Advance(TimeSpan.FromMilliseconds(10));

            var refusal = await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());
            Assert.Contains("deleted or moved away", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(refusal.Message, await store.FaultAsync());
            Assert.False(File.Exists(path + suffix));

            File.Move(path + ".away", path + suffix);
            var after = await store.AddAsync();
            Assert.Null(await store.FaultAsync());
            Assert.Equal([after.Id, before.Id], (await store.Tasks.ListAsync(new BackgroundTaskFilter(), default)).Tasks.Select(task => task.Id));
        }

        await using var reopened = await SqliteStore.OpenAsync(path);
        Assert.Equal(2, (await reopened.Tasks.ListAsync(new BackgroundTaskFilter(), default)).Tasks.Count);
    }

    [Fact]
    public async Task A_store_whose_file_was_deleted_ends_without_making_another()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            await store.AddAsync();
            File.Delete(path);
            store.Samples.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_store_that_is_reached_by_a_link_is_looked_for_where_it_is()
    {
        var path = _folder.NewFile();
        var link = _folder["link.db"];
        await (await SqliteStore.OpenAsync(path)).DisposeAsync();
        File.CreateSymbolicLink(link, path);

        await using var store = await SqliteStore.OpenAsync(link);
        await store.AddAsync();
    }
}

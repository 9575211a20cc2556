using BackgroundTasks.Tests.Stores;
using Microsoft.Data.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Changes that nobody waits for: one that cannot be stored is its own task's matter.</summary>
public sealed class OwedChangesTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_change_that_can_never_be_stored_keeps_no_other_from_the_file()
    {
        var path = _folder.NewFile();
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            var refused = await store.AddAsync();
            var first = await store.AddAsync();
            Refuse(path, row: 1);
            refused = await store.StartAsync(refused, StoreWrite.Behind);
            await store.StartAsync(first, StoreWrite.Behind);
            store.Samples.Clock.Advance(TimeSpan.FromSeconds(1));
            await store.Events.Of("OwedChangeGivenUp");
            var second = await store.AddAsync();
            await store.StartAsync(second, StoreWrite.Behind);
            store.Samples.Clock.Advance(TimeSpan.FromSeconds(1));
            await store.AddAsync();

            Assert.Equal(["1 1", "2 2", "3 2", "4 1"], StoredFile.Texts(path, "SELECT seq || ' ' || state FROM active ORDER BY seq"));
            Assert.Null(await store.FaultAsync());
            await store.SwapAsync(refused, refused.Succeed(SampleTasks.Json(10), store.Samples.Now));
        }

        Assert.Equal(0, StoredFile.Number(path, "SELECT open FROM store"));
    }

    private static void Refuse(string path, int row)
    {
        using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = $"CREATE TRIGGER refused BEFORE UPDATE ON active WHEN OLD.seq = {row} BEGIN SELECT RAISE(ABORT, 'No.'); END";
        command.ExecuteNonQuery();
    }
}

using BackgroundTasks.Sqlite;
using BackgroundTasks.Tests.Sqlite.Faults;
using SQLitePCL;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A loss of power: of what was written and not synced, the disk has any part, torn or garbled.</summary>
public sealed class PowerLossTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everything_acknowledged_is_there_after_a_loss_of_power()
    {
        for (var seed = 0; seed < Torture.Rounds(12); seed++)
            await CutAsync(seed, longest: 2_000, tasks: 100, mostCuts: 5, (_, random) => random.Next(60) == 0);
    }

    [Fact]
    public async Task Everything_acknowledged_is_there_after_a_loss_of_power_while_the_log_is_brought_in()
    {
        for (var seed = 0; seed < Torture.Rounds(1); seed++)
            await CutAsync(seed, longest: 40_000, tasks: 500, mostCuts: 6, (call, random) => !call.IsOfLog && random.Next(200) == 0);
    }

    [Fact]
    public async Task A_file_can_be_opened_wherever_the_power_was_lost_while_it_was_made()
    {
        for (var seed = 0; seed < Torture.Rounds(2); seed++)
        {
            using var system = new FaultyFileSystem { Disk = new DiskMemory() };
            var path = _folder.NewFile();
            var random = new Random(seed);
            var cuts = new List<Dictionary<string, byte[]>>();
            system.Answer = call =>
            {
                if (call.Operation is not VfsOperation.Read)
                    cuts.Add(system.Disk.Cut(random));
                return raw.SQLITE_OK;
            };
            await (await SqliteStore.OpenAsync(path, durability: SqliteDurability.Full, vfs: system.Name)).DisposeAsync();
            system.Lift();
            foreach (var cut in cuts)
            {
                await using var store = await SqliteStore.OpenAsync(Put(path, cut), vfs: system.Name);
                await store.AddAsync();
            }
        }
    }

    [Fact]
    public async Task Where_the_system_has_it_a_loss_of_power_costs_the_last_changes_only()
    {
        for (var seed = 0; seed < Torture.Rounds(10); seed++)
        {
            var random = new Random(seed);
            using var system = new FaultyFileSystem { Disk = new DiskMemory() };
            var path = _folder.NewFile();
            var cuts = new List<Dictionary<string, byte[]>>();
            var ids = new List<Guid>();
            await using (var store = await SqliteStore.OpenAsync(path, vfs: system.Name))
            {
                system.Answer = _ =>
                {
                    if (random.Next(100) == 0)
                        cuts.Add(system.Disk.Cut(random));
                    return raw.SQLITE_OK;
                };
                for (var i = 0; i < 50; i++)
                    ids.Add((await store.AddAsync(store.Samples.Queued(payload: random.Next(2_000)))).Id);
                system.Lift();
            }

            foreach (var cut in cuts)
            {
                var copy = Put(path, cut);
                await using var store = await SqliteStore.OpenAsync(copy, vfs: system.Name);
                StoredFile.AssertWhole(copy);
                var kept = (await store.Tasks.ListAsync(new BackgroundTaskFilter { PageSize = 100 }, default)).Tasks.Select(task => task.Id).Reverse().ToList();
                Assert.Equal(ids.Take(kept.Count), kept);
            }
        }
    }

    [Fact]
    public async Task Everything_acknowledged_is_there_when_the_log_is_torn_off_or_garbled_after_it()
    {
        var random = new Random(1);
        var path = _folder.NewFile();
        var acknowledged = new Acknowledged();
        await using var store = await SqliteStore.OpenAsync(path);
        for (var i = 0; i < 30; i++)
            await acknowledged.LiveAsync(store, random, longest: 1_000);
        var told = acknowledged.Now;
        var safe = (int)new FileInfo(path + "-wal").Length;
        for (var i = 0; i < 30; i++)
            await acknowledged.LiveAsync(store, random, longest: 1_000);
        var (file, log) = (File.ReadAllBytes(path), File.ReadAllBytes(path + "-wal"));

        for (var i = 0; i < Torture.Rounds(40); i++)
        {
            var damaged = (byte[])log.Clone();
            var at = random.Next(safe, log.Length);
            if (i % 2 == 0)
                damaged = damaged[..at];
            else
                random.NextBytes(damaged.AsSpan(at, Math.Min(random.Next(1, 5_000), damaged.Length - at)));
            await acknowledged.AssertKeptAsync(_folder.Put(new Dictionary<string, byte[]> { [""] = file, ["-wal"] = damaged }), told);
        }
    }

    /// <summary>Many clients at once; the power is lost at some of the calls, and each time what is left is opened.</summary>
    private async Task CutAsync(int seed, int longest, int tasks, int mostCuts, Func<VfsCall, Random, bool> isCut)
    {
        using var system = new FaultyFileSystem { Disk = new DiskMemory() };
        var path = _folder.NewFile();
        var acknowledged = new Acknowledged();
        var random = new Random(seed);
        var cuts = new List<(Dictionary<string, byte[]> Files, IReadOnlyList<BackgroundTask> Told)>();
        await using (var store = await SqliteStore.OpenAsync(path, durability: SqliteDurability.Full, vfs: system.Name))
        {
            system.Answer = call =>
            {
                // First what was told, then what is on the disk.
                if (cuts.Count < mostCuts && isCut(call, random) && acknowledged.Now is var told)
                    cuts.Add((system.Disk.Cut(random), told));
                return raw.SQLITE_OK;
            };
            await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
            {
                var choices = new Random((seed * 8) + client);
                for (var i = 0; i < tasks / 8; i++)
                    await acknowledged.LiveAsync(store, choices, longest);
            })));
        }

        system.Lift();
        Assert.NotEmpty(cuts);
        foreach (var (files, told) in cuts)
            await acknowledged.AssertKeptAsync(Put(path, files), told, system.Name);
    }

    private string Put(string path, Dictionary<string, byte[]> cut) =>
        _folder.Put(cut.Where(file => file.Key.StartsWith(path, StringComparison.Ordinal)).ToDictionary(file => file.Key[path.Length..], file => file.Value));

    [Theory]
    [InlineData(SqliteDurability.Full, 1)]
    [InlineData(SqliteDurability.Normal, 0)]
    public void A_commit_that_is_to_survive_passes_the_cache_of_a_disk_of_a_Mac(SqliteDurability durability, long expected)
    {
        using var database = new Database(new SqliteStoreOptions { Path = _folder.NewFile(), Durability = durability }, creates: true);

        Assert.Equal((expected, expected), (database.Number("PRAGMA fullfsync"), database.Number("PRAGMA checkpoint_fullfsync")));
    }
}

using BackgroundTasks.Sqlite;
using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;
using BackgroundTasks.Tests.Sqlite.Faults;
using BackgroundTasks.Tests.Stores;
using SQLitePCL;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>Writes that fail: what was acknowledged stays, what was refused leaves nothing, and the store goes on.</summary>
public sealed class WriteFaultTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_whichever_call_fails_once()
    {
        var calls = await RunAsync(_ => raw.SQLITE_OK);

        for (var failing = 1; failing <= calls; failing++)
            await RunAsync(call => call.Number == failing ? FaultyFileSystem.BrokenDisk(call) : raw.SQLITE_OK);
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_whichever_write_finds_the_disk_full()
    {
        var writes = new List<int>();
        await RunAsync(call =>
        {
            if (call.Operation is VfsOperation.Write)
                writes.Add(call.Number);
            return raw.SQLITE_OK;
        });

        foreach (var failing in writes)
            await RunAsync(call => call.Number == failing ? FaultyFileSystem.FullDisk(call) : raw.SQLITE_OK);
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_while_calls_fail_at_random()
    {
        for (var seed = 0; seed < Torture.Rounds(30); seed++)
        {
            var random = new Random(seed);
            var oneIn = random.Next(8, 100);
            await RunAsync(call => random.Next(oneIn) == 0 ? FaultyFileSystem.BrokenDisk(call) : raw.SQLITE_OK);
        }
    }

    [Fact]
    public async Task Each_client_of_many_has_what_it_was_told_while_calls_fail_at_random()
    {
        for (var seed = 0; seed < Torture.Rounds(20); seed++)
        {
            var random = new Random(seed);
            using var system = new FaultyFileSystem();
            var path = _folder.NewFile();
            var acknowledged = new Acknowledged();
            await using (var store = await SqliteStore.OpenAsync(path, vfs: system.Name))
            {
                var fault = seed % 2 == 0 ? (Func<VfsCall, int>)FaultyFileSystem.BrokenDisk : FaultyFileSystem.FullDisk;
                system.Answer = call => random.Next(20) == 0 ? fault(call) : raw.SQLITE_OK;
                await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
                {
                    var choices = new Random((seed * 8) + client);
                    for (var i = 0; i < 20; i++)
                        await acknowledged.TryToLiveAsync(store, choices, longest: 2_000);
                })));
                system.Lift();
                await acknowledged.AssertExactAsync(store);
                await store.AddAsync();
                Assert.Null(await store.FaultAsync());
            }

            StoredFile.AssertWhole(path);
            await using var reopened = await SqliteStore.OpenAsync(path);
            await acknowledged.AssertExactAsync(reopened);
        }
    }

    /// <summary>Opens, runs the scenario, lifts the fault, checks; closes, opens again, checks.</summary>
    private async Task<int> RunAsync(Func<VfsCall, int> answer)
    {
        using var system = new FaultyFileSystem { Answer = answer };
        var path = _folder.NewFile();
        var samples = new SampleTasks();
        var (journal, store) = await OpenUntilItWorksAsync(path, system, samples);
        using (store)
        {
            using var scenario = new StoreScenario(store, samples);
            await scenario.RunAsync();
            system.Lift();
            await scenario.CheckAsync();
            system.Answer = answer;
            if (scenario.Refusals > 0)
            {
                system.Lift();
                await scenario.CheckWorksAsync();
                system.Answer = answer;
            }

            await journal.DisposeAsync();
            system.Lift();
            var restarted = IsMarkedOpen(path, system);
            var (again, reopened) = await OpenUntilItWorksAsync(path, system, samples);
            using (reopened)
            {
                await scenario.CheckAsync(reopened, restarted);
                using var afterwards = new StoreScenario(reopened, samples);
                await afterwards.CheckWorksAsync();
                await again.DisposeAsync();
            }
        }

        Assert.Equal(0, system.OpenFiles);
        return system.Calls;
    }

    /// <summary>Whether the close could not be stored.</summary>
    private static bool IsMarkedOpen(string path, FaultyFileSystem system)
    {
        using var database = new Database(new SqliteStoreOptions { Path = path, Vfs = system.Name }, creates: false);
        return database.Number("SELECT open FROM store") != 0;
    }

    private static async Task<(SqliteJournal Journal, LocalTaskStore Store)> OpenUntilItWorksAsync(string path, FaultyFileSystem system, SampleTasks samples)
    {
        while (true)
        {
            var journal = StoreFolder.Journal(path, SqliteDurability.Full, system.Name, time: samples.Clock);
            var store = new LocalTaskStore(journal, new BackgroundTaskIds(samples.Clock), TestBudget.Of());
            try
            {
                await store.OpenAsync(default);
                return (journal, store);
            }
            catch (BackgroundTaskStoreException)
            {
                store.Dispose();
                await journal.DisposeAsync();
            }
        }
    }
}

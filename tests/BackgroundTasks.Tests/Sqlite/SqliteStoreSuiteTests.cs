using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;
using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>What every store must do, with SQLite behind it.</summary>
public sealed class SqliteStoreSuiteTests : BackgroundTaskStoreSuite, IAsyncLifetime, IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly List<IAsyncDisposable> _journals = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var journal in _journals)
            await journal.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    protected override async ValueTask<IBackgroundTaskStore> OpenAsync()
    {
        var journal = StoreFolder.Journal(_folder.NewFile());
        lock (_journals)
            _journals.Add(journal);
        var store = new LocalTaskStore(journal, Ids, TestBudget.Of());
        await store.OpenAsync(default);
        return store;
    }
}

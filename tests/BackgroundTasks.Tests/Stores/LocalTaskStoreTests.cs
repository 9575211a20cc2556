using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

public class LocalTaskStoreTests : BackgroundTaskStoreSuite
{
    protected override async ValueTask<IBackgroundTaskStore> OpenAsync()
    {
        var memory = TestBudget.Of();
        var store = new LocalTaskStore(TestBudget.Journal(memory), Ids, memory);
        await store.OpenAsync(default);
        return store;
    }
}

using BackgroundTasks.Stores;

namespace BackgroundTasks.Tests.Stores;

public class LocalTaskStoreTests : BackgroundTaskStoreSuite
{
    protected override async ValueTask<IBackgroundTaskStore> OpenAsync()
    {
        var store = new LocalTaskStore(new MemoryJournal(), Ids);
        await store.OpenAsync(default);
        return store;
    }
}

using BackgroundTasks.Sqlite;
using BackgroundTasks.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Benchmarks;

/// <summary>A folder for one run, under the working folder: on the disk that is to be measured.</summary>
internal sealed class BenchFolder : IDisposable
{
    private readonly string _path = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, $"bench-{Guid.NewGuid():N}")).FullName;

    public string File(string name) => Path.Combine(_path, name);

    public static SqliteJournal Journal(string path, SqliteDurability durability = SqliteDurability.Full) => new(
        Options.Create(new SqliteStoreOptions { Path = path, Durability = durability }), TimeProvider.System, NullLogger<SqliteJournal>.Instance);

    /// <summary>Opens a store; without a journal: in memory.</summary>
    public static async Task<LocalTaskStore> OpenAsync(IBackgroundTaskJournal? journal = null)
    {
        var options = Options.Create(new BackgroundTasksOptions());
        var memory = new BackgroundTaskMemory(options);
        var store = new LocalTaskStore(journal ?? new MemoryJournal(memory, options), new BackgroundTaskIds(TimeProvider.System), memory);
        await store.OpenAsync(default);
        return store;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}

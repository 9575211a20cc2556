using BackgroundTasks;
using BackgroundTasks.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps the tasks in an SQLite file.</summary>
public static class SqliteBuilderExtensions
{
    /// <summary>
    /// Keeps the tasks in an SQLite file of this process: what was accepted is run, whatever happens to the process.
    /// The file is made where there is none. A second process that opens it is stopped at its start.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file, on a local disk; its folder must be there. Two files more lie beside it while it is open, <c>-wal</c> and <c>-shm</c>, and an empty one always: <c>-lock</c>. A new file is made as <c>-new</c> and renamed once it is whole.</param>
    /// <param name="configure">The settings.</param>
    public static BackgroundTasksBuilder UseSqlite(this BackgroundTasksBuilder builder, string path, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        builder.Services.AddOptions<SqliteStoreOptions>().Configure(options =>
        {
            options.Path = path;
            configure?.Invoke(options);
        }).Validate(static options => Enum.IsDefined(options.Durability), "The durability of the SQLite store is unknown. Use Full or Normal.").ValidateOnStart();
        builder.Services.Replace(ServiceDescriptor.Singleton<IBackgroundTaskJournal, SqliteJournal>());
        return builder;
    }
}

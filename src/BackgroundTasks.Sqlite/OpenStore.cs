using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Sqlite;

/// <summary>A file that this process has taken.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    /// <summary>To how many bytes the log is cut when it begins anew: a reader that held it up for long must not cost the disk for ever.</summary>
    private const int LongestIdleLog = 32 * 1024 * 1024;

    private readonly FileLock _lock;
    private readonly Database _database;
    private int _closed;

    private OpenStore(FileLock fileLock, Database database, JournalWriter writer, TaskReaders readers, JournalTables tables, LeftRows left) =>
        (_lock, _database, Writer, Readers, Payloads, Keys, Left) = (fileLock, database, writer, readers, tables.Active.Payloads, tables.Keys, left);

    public JournalWriter Writer { get; }

    public TaskReaders Readers { get; }

    /// <summary>Where the payloads lie that active tasks do not carry with them.</summary>
    public StoredPayloads Payloads { get; }

    /// <summary>The idempotency keys of the finished tasks.</summary>
    public FinishedKeys Keys { get; }

    /// <summary>What the retention leaves.</summary>
    public LeftRows Left { get; }

    /// <summary>Takes the file, brings it to the schema, and reads what is not ended.</summary>
    public static (OpenStore Store, JournalContents Contents) Open(SqliteStoreOptions options, Schema schema, BackgroundTaskClock clock, TimeProvider timeProvider, ILogger logger)
    {
        var fileLock = new FileLock(options.Path);
        Database? database = null;
        try
        {
            NewFile.MakeIfMissing(fileLock.File, options, schema);
            fileLock.TakeIdentity();
            database = new Database(options, creates: false);
            database.KeepLog(true);
            var version = schema.Apply(database);
            if (version < schema.Version)
                SqliteLog.Migrated(logger, options.Path, (int)version, schema.Version);
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            database.Execute("PRAGMA wal_autocheckpoint = 0");
            database.Execute($"PRAGMA journal_size_limit = {LongestIdleLog}");
            database.Execute("PRAGMA cache_size = -16000");
            var wasOpen = database.Number("SELECT open FROM store") != 0;
            if (wasOpen)
                SqliteLog.WasNotClosed(logger, options.Path);

            // Taken only once it has been read: a file that cannot be read stays as it is.
            var damaged = new DamagedRows(options.Path, logger);
            var keys = StoredContents.ReadKeys(database, damaged);
            database.Execute("BEGIN IMMEDIATE");
            var state = StoreState.Open(database);
            var tables = new JournalTables(database, state, clock, keys, damaged);
            var contents = StoredContents.Read(database, state, tables, damaged);
            database.Execute("COMMIT");

            // Not before: a crash that was counted must stay so.
            if (options.Durability is SqliteDurability.Normal)
                database.Execute("PRAGMA synchronous = NORMAL");
            SqliteLog.Opened(logger, options.Path, contents.Active.Count, contents.Terminal.Sum(queue => queue.Succeeded + queue.Failed + queue.Canceled));
            var writer = new JournalWriter(database, tables, new Checkpoints(options, database, logger), timeProvider, logger);
            database.KeepLog(false);
            return (new OpenStore(fileLock, database, writer, new TaskReaders(options, damaged), tables, new LeftRows(damaged)), contents);
        }
        catch (Exception exception)
        {
            database?.Dispose();
            fileLock.Dispose();
            if (exception is SqliteFault fault)
                throw fault.AtStart();
            if (SqliteFault.IsOfUnreadableRow(exception))
                throw SqliteFault.Of(SQLitePCL.raw.SQLITE_CORRUPT, exception.Message, options.Path);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        await Writer.DisposeAsync();
        Readers.Dispose();
        _database.Dispose();
        _lock.Dispose();
    }
}

using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// Brings the write-ahead log into the file. A connection of its own does the bulk of it beside the writer, which goes on meanwhile; what was written
/// in that time is little, and the writer brings it in itself, so that the log begins anew and does not grow for ever.
/// </summary>
internal sealed class Checkpoints(SqliteStoreOptions options, Database writer, ILogger logger) : IAsyncDisposable
{
    /// <summary>Looks and does nothing (SQLite 3.51 and later).</summary>
    private const int Noop = -1;

    /// <summary>After how many pages of 4 KB the log is brought in; about 8 MB.</summary>
    private const int PagesBetween = 2_000;

    /// <summary>How often the log's length is looked at, in commits.</summary>
    private const int CommitsBetweenLooks = 8;

    private Database? _own;
    private Task _bulk = Task.CompletedTask;
    private int _commits;
    private bool _bulkIsDone;

    /// <summary>Called by the writer between two transactions.</summary>
    public void AfterCommit()
    {
        if (!_bulk.IsCompleted)
            return;
        if (_bulkIsDone)
        {
            _bulkIsDone = false;
            Bring(writer, raw.SQLITE_CHECKPOINT_PASSIVE);
        }
        else if (++_commits % CommitsBetweenLooks == 0 && Bring(writer, Noop) is var (log, brought) && log - brought > PagesBetween)
        {
            _bulkIsDone = true;
            _bulk = Task.Run(BringBulk);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _bulk;
        _own?.Dispose();
    }

    private void BringBulk()
    {
        try
        {
            Bring(_own ??= new Database(options, creates: false), raw.SQLITE_CHECKPOINT_PASSIVE);
        }
        catch (SqliteFault fault)
        {
            SqliteLog.CheckpointFailed(logger, fault);
        }
    }

    /// <summary>How many pages the log has, and how many of them are in the file.</summary>
    private (int Log, int Brought) Bring(Database database, int mode)
    {
        // Whatever it is, the log has what was stored: only that it grows.
        var result = raw.sqlite3_wal_checkpoint_v2(database.Handle, null, mode, out var log, out var brought);
        if (result is not (raw.SQLITE_OK or raw.SQLITE_BUSY))
            SqliteLog.CheckpointFailed(logger, SqliteFault.Of(result, raw.sqlite3_errmsg(database.Handle).utf8_to_string(), database.Path));
        return (log, brought);
    }
}

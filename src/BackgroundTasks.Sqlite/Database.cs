using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// One connection. It is opened by Microsoft.Data.Sqlite, and its statements are SQLite's own: prepared once, bound and stepped without a
/// command object, they take about half the time.
/// </summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<Statement> _statements = [];

    /// <param name="options">The settings, whose path messages name.</param>
    /// <param name="creates">Whether the file is made if it is missing.</param>
    /// <param name="file">Another file than that of the settings.</param>
    public Database(SqliteStoreOptions options, bool creates, string? file = null)
    {
        Path = options.Path;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file ?? options.Path,
            Mode = creates ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Vfs = options.Vfs,
            Pooling = false,
        }.ToString());
        try
        {
            if (creates && options.Vfs is null)
                PrivateFile.Make(_connection.DataSource);
            _connection.Open();
            _ = raw.sqlite3_busy_timeout(Handle, (int)options.Patience.TotalMilliseconds);
            _ = raw.sqlite3_extended_result_codes(Handle, 1);
            if (options.Durability is SqliteDurability.Full)
                SyncThroughDiskCache();
        }
        catch (SqliteException exception)
        {
            _connection.Dispose();
            throw SqliteFault.Of(exception.SqliteExtendedErrorCode, exception.Message, Path);
        }
    }

    public string Path { get; }

    public sqlite3 Handle => _connection.Handle!;

    /// <summary>A statement for as long as the connection is open.</summary>
    public Statement Prepare(string sql)
    {
        var statement = new Statement(this, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Whether the last connection to be closed leaves the write-ahead log as it is, and the file with it.</summary>
    public void KeepLog(bool keep) => _ = raw.sqlite3_db_config(Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, out _);

    public void Execute(string sql)
    {
        using var statement = new Statement(this, sql);
        while (statement.Step())
        {
        }
    }

    public long Number(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    /// <summary>Throws what a result code other than OK means.</summary>
    public void Check(int resultCode)
    {
        if (resultCode is not raw.SQLITE_OK)
            throw SqliteFault.Of(resultCode, raw.sqlite3_errmsg(Handle).utf8_to_string(), Path);
    }

    /// <summary>With its statements: a connection that has any goes on living, with its locks.</summary>
    public void Dispose()
    {
        _statements.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    /// <summary>On a Mac a sync leaves what was written in the cache of the disk, unless more is asked for. Elsewhere it changes nothing.</summary>
    private void SyncThroughDiskCache()
    {
        Execute("PRAGMA fullfsync = ON");
        Execute("PRAGMA checkpoint_fullfsync = ON");
    }
}

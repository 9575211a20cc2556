using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// One connection. It is opened by Microsoft.Data.Sqlite, and its statements are SQLite's own: prepared once, bound and stepped without a
/// command object, they take about half the time.
/// </summary>
internal sealed class Database : IDisposable
{
    private const int PatienceMilliseconds = 2_000;
    private readonly SqliteConnection _connection;

    public Database(SqliteStoreOptions options, bool writes)
    {
        Path = options.Path;
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = options.Path,
            Mode = writes ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Vfs = options.Vfs,
            Pooling = false,
        }.ToString());
        try
        {
            _connection.Open();
            _ = raw.sqlite3_busy_timeout(Handle, PatienceMilliseconds);
            _ = raw.sqlite3_extended_result_codes(Handle, 1);
        }
        catch (SqliteException exception)
        {
            _connection.Dispose();
            throw SqliteFault.Of(exception.SqliteExtendedErrorCode, exception.Message, Path);
        }
    }

    public string Path { get; }

    public sqlite3 Handle => _connection.Handle!;

    public Statement Prepare(string sql) => new(this, sql);

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    public long Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Number(0) : 0;
    }

    /// <summary>Throws what a result code other than OK means.</summary>
    public void Check(int resultCode)
    {
        if (resultCode is not raw.SQLITE_OK)
            throw SqliteFault.Of(resultCode, raw.sqlite3_errmsg(Handle).utf8_to_string(), Path);
    }

    public void Dispose() => _connection.Dispose();
}

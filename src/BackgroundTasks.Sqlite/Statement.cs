using System.Text;
using SQLitePCL;

namespace BackgroundTasks.Sqlite;

/// <summary>A prepared statement: bind, step, read, reset. Parameters count from 1, columns from 0.</summary>
internal sealed class Statement : IDisposable
{
    private const int SmallText = 512;
    private readonly Database _database;
    private readonly sqlite3_stmt _statement;

    public Statement(Database database, string sql)
    {
        _database = database;
        database.Check(raw.sqlite3_prepare_v3(database.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public Statement Bind(int parameter, long value)
    {
        _database.Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BindBlob(parameter, bytes);
    }

    public Statement BindBlob(int parameter, ReadOnlySpan<byte> value)
    {
        _database.Check(raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    /// <summary>Bytes that may be left out: empty is null.</summary>
    public Statement BindOptional(int parameter, ReadOnlySpan<byte> value) => value.IsEmpty ? BindNull(parameter) : BindBlob(parameter, value);

    public Statement BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        _database.Check(raw.sqlite3_bind_text(_statement, parameter, utf8));
        return this;
    }

    public Statement Bind(int parameter, string? value)
    {
        if (value is null)
            return BindNull(parameter);
        var length = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> utf8 = length <= SmallText ? stackalloc byte[SmallText] : new byte[length];
        return BindText(parameter, utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
    }

    public Statement BindNull(int parameter)
    {
        _database.Check(raw.sqlite3_bind_null(_statement, parameter));
        return this;
    }

    /// <summary>Whether there is a row.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW)
            return true;
        if (result is not raw.SQLITE_DONE)
        {
            // Read first: resetting would put another message in its place.
            var detail = raw.sqlite3_errmsg(_database.Handle).utf8_to_string();
            var code = raw.sqlite3_extended_errcode(_database.Handle);
            Reset();
            throw SqliteFault.Of((code & 0xFF) == (result & 0xFF) ? code : result, detail, _database.Path);
        }

        return false;
    }

    /// <summary>Runs it to its end and makes it ready for the next time. The number of rows it changed.</summary>
    public int Execute()
    {
        Step();
        Reset();
        return raw.sqlite3_changes(_database.Handle);
    }

    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) is raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <exception cref="FormatException">There is none.</exception>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? throw new FormatException("A text is missing.");

    public Guid Id(int column) => new(Bytes(column), bigEndian: true);

    public void Dispose() => _statement.Dispose();
}

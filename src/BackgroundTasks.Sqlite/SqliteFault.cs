using System.Text.Json;
using SQLitePCL;

namespace BackgroundTasks.Sqlite;

/// <summary>SQLite has refused. Its result code tells whose fault that is, and the message what to do.</summary>
internal sealed class SqliteFault(int resultCode, string message, string whenMended = "") : BackgroundTaskStoreException(message + whenMended)
{
    private const string GoesOn = "; the tasks go on by themselves then.";
    private const string StartAgain = ", then start the service again.";

    public int ResultCode { get; } = resultCode;

    /// <summary>It is the file or its disk that cannot be used, so that another change would fare no better.</summary>
    public bool IsOfTheFile => (ResultCode & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_CORRUPT
        or raw.SQLITE_CANTOPEN or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_PROTOCOL;

    /// <summary>There is no room; a smaller change may still find some.</summary>
    public bool IsFull => (ResultCode & 0xFF) is raw.SQLITE_FULL;

    /// <summary>What was read is not what was written.</summary>
    public bool IsOfDamage => (ResultCode & 0xFF) is raw.SQLITE_CORRUPT;

    /// <summary>The disk did not do what it was asked to.</summary>
    public bool IsOfTheDisk => (ResultCode & 0xFF) is raw.SQLITE_IOERR;

    /// <summary>A row that was read is none that was ever written.</summary>
    public static bool IsOfUnreadableRow(Exception exception) => exception is JsonException or InvalidOperationException or FormatException or ArgumentException;

    /// <summary>The same fault at the start, which is not tried again.</summary>
    public SqliteFault AtStart() => (ResultCode & 0xFF) is raw.SQLITE_ERROR
        ? new(ResultCode, $"{message} Its tables are not those that this program makes. Put a backup in its place, or move it away together with its -wal and -shm to begin without any tasks. Nothing was overwritten.")
        : new(ResultCode, message, whenMended.Length == 0 ? "" : StartAgain);

    public static SqliteFault OfMissing(string path) =>
        new(raw.SQLITE_CANTOPEN, $"'{path}' or its -wal was deleted or moved away while this process uses it. Put both back, and the tasks go on by themselves; or restart the service, and it begins with what is there then.");

    public static SqliteFault Of(int resultCode, string detail, string path) => (resultCode & 0xFF) switch
    {
        raw.SQLITE_FULL => new(resultCode, $"The disk of '{path}' is full. Make room on it", GoesOn),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(resultCode, $"Another program has locked '{path}'. End its transaction", GoesOn),
        raw.SQLITE_READONLY or raw.SQLITE_PERM => new(resultCode, $"'{path}' cannot be written. Give this process the right to write it and its folder", GoesOn),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new(
            resultCode,
            $"'{path}' is damaged or not an SQLite file ({detail}). Stop the service, move the file away together with its -wal and -shm, and put a backup in its place, or what is left of it: sqlite3 moved.db .recover | sqlite3 '{path}'. Nothing was overwritten."),
        raw.SQLITE_CANTOPEN => new(resultCode, $"'{path}' cannot be opened ({detail}). Make its folder, and let this process write to it", GoesOn),
        raw.SQLITE_IOERR => new(resultCode, $"The disk of '{path}' does not work ({detail}, code {resultCode}). Look at the disk", GoesOn),
        _ => new(resultCode, $"SQLite could not use '{path}': {detail} (code {resultCode})."),
    };
}

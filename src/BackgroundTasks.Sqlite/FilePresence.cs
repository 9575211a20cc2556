using System.Runtime.InteropServices;
using SQLitePCL;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// Looks whether the file and its log still have their names: SQLite writes on to what was deleted, and that is gone with the process.
/// It looks once in a while only. What was accepted a moment before the file was deleted is gone in any case, and so is what came a moment after.
/// </summary>
internal sealed partial class FilePresence
{
    private const int Exists = 0;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Database _database;
    private readonly TimeProvider _timeProvider;
    private readonly string _file;
    private readonly string _log;
    private long? _looked;

    public FilePresence(Database database, TimeProvider timeProvider)
    {
        (_database, _timeProvider) = (database, timeProvider);
        _file = raw.sqlite3_db_filename(database.Handle, "main").utf8_to_string();
        _log = _file + "-wal";
    }

    /// <exception cref="SqliteFault">One of them was deleted or moved away.</exception>
    public void Check()
    {
        if (_looked is { } looked && _timeProvider.GetElapsedTime(looked) < Pause)
            return;
        _looked = null;
        if (!IsThere(_file) || !IsThere(_log))
            throw SqliteFault.OfMissing(_database.Path);
        _looked = _timeProvider.GetTimestamp();
    }

    /// <summary>
    /// Unlike <see cref="File.Exists"/> this does not ask for the file's times: newer Linux kernels (6.13 and later) give a file whose times were
    /// asked for a new one at its next write, and the sync after that costs about 40 µs more.
    /// </summary>
    private static bool IsThere(string path) => OperatingSystem.IsWindows() ? File.Exists(path) : Access(path, Exists) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}

namespace BackgroundTasks.Sqlite;

/// <summary>Makes files that only the user of this process can read: they hold payloads and results. A file that is there keeps its mode; on Windows the folder's access list counts.</summary>
internal static class PrivateFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file that no other process may open meanwhile, and makes it if it is missing.</summary>
    public static FileStream OpenAlone(string path) => Open(path, FileMode.OpenOrCreate);

    /// <summary>Makes an empty file for SQLite, whose own files beside it get the mode of this one. If that fails, SQLite says why.</summary>
    public static void Make(string path)
    {
        try
        {
            Open(path, FileMode.CreateNew).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is there already, or cannot be made here.
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mode;
        return new FileStream(path, options);
    }
}

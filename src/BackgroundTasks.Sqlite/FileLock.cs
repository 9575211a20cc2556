namespace BackgroundTasks.Sqlite;

/// <summary>
/// Takes a store for this process, until it is disposed or the process ends: by its name with a file beside it, and by its identity with a
/// <see cref="FileIdentityLock"/>, as a hard link is another name of the same file. SQLite's own tools may still read it and back it up.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private const int SharingViolationOnWindows = 32;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMacOs = 35;
    private readonly string _path;
    private readonly FileStream _name;
    private FileIdentityLock? _identity;

    public FileLock(string path)
    {
        _path = path;
        if (Directory.Exists(path))
            throw new BackgroundTaskStoreException($"'{path}' is a folder. Name a file in it.");
        try
        {
            // Beside the file itself, as SQLite's own files are: a link is only another name.
            File = new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;
            _name = PrivateFile.OpenAlone(File + "-lock");
        }
        catch (IOException exception) when ((exception.HResult & 0xFFFF) is SharingViolationOnWindows or WouldBlockOnLinux or WouldBlockOnMacOs)
        {
            throw Taken(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackgroundTaskStoreException($"'{path}' cannot be opened: {exception.Message} Make its folder, and let this process write to it.", exception);
        }
    }

    /// <summary>The file itself, if the path is a symbolic link to it.</summary>
    public string File { get; }

    /// <summary>Takes the file whatever its name. It must exist, and SQLite must not have it open here yet.</summary>
    public void TakeIdentity()
    {
        try
        {
            _identity = FileIdentityLock.TryTake(File) ?? throw Taken(_path, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackgroundTaskStoreException($"'{_path}' cannot be written: {exception.Message} Let this process write it and its folder, then start the service again.", exception);
        }
    }

    public void Dispose()
    {
        _identity?.Dispose();
        _name.Dispose();
    }

    private static BackgroundTaskStoreException Taken(string path, Exception? cause)
    {
        var message = $"Another process uses the tasks of '{path}'. Stop that one first, or give this one a file of its own: one process a file.";
        return cause is null ? new(message) : new(message, cause);
    }
}

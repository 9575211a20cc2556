namespace BackgroundTasks.Sqlite;

/// <summary>
/// Takes a store for this process, until it is disposed or the process ends. A file beside the store is locked, not the store itself:
/// SQLite's own tools may still read it and back it up.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private const int SharingViolationOnWindows = 32;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMacOs = 35;
    private readonly FileStream _file;

    public FileLock(string path)
    {
        if (Directory.Exists(path))
            throw new BackgroundTaskStoreException($"'{path}' is a folder. Name a file in it.");
        try
        {
            // Beside the file itself, as SQLite's own files are: a link is only another name.
            var file = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
            _file = new FileStream(file + "-lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when ((exception.HResult & 0xFFFF) is SharingViolationOnWindows or WouldBlockOnLinux or WouldBlockOnMacOs)
        {
            throw new BackgroundTaskStoreException($"Another process uses the tasks of '{path}'. Stop that one first, or give this one a file of its own: one process a file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackgroundTaskStoreException($"'{path}' cannot be opened: {exception.Message} Make its folder, and let this process write to it.", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}

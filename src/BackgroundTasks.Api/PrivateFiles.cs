namespace BackgroundTasks.Api;

/// <summary>
/// Makes folders and files that only the user of this process can read: they hold payloads, mail addresses and images.
/// What already exists keeps its mode. Windows has no such mode; there the folder's access list counts.
/// </summary>
internal static class PrivateFiles
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode700 = FileMode600 | UnixFileMode.UserExecute;

    /// <summary>Makes a folder, with all above it that are missing.</summary>
    /// <param name="path">The folder's path.</param>
    /// <returns>Its absolute path.</returns>
    public static string CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path).FullName;

        // One by one: the mode is that of the last folder only.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
            CreateFolder(parent);
        return Directory.CreateDirectory(path, FolderMode700).FullName;
    }

    /// <summary>Lets only the user of this process read and write a file.</summary>
    /// <param name="path">The file's path.</param>
    public static void Restrict(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, FileMode600);
    }

    /// <summary>Opens a file for writing, without a buffer.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="mode">Whether the file must exist.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <param name="options">Further options.</param>
    public static FileStream OpenToWrite(string path, FileMode mode, FileShare share, FileOptions options = FileOptions.None)
    {
        var settings = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, BufferSize = 0, Options = options };
        if (!OperatingSystem.IsWindows())
            settings.UnixCreateMode = FileMode600;
        return new FileStream(path, settings);
    }
}

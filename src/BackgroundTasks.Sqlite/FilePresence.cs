using System.Runtime.InteropServices;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// Whether a file has its name. Unlike <see cref="File.Exists"/> it does not ask for the file's times: newer Linux kernels (6.13 and later) give a file
/// whose times were asked for a new one at its next write, and the sync after that costs about 40 µs more.
/// </summary>
internal static partial class FilePresence
{
    private const int Exists = 0;

    public static bool IsThere(string path) => OperatingSystem.IsWindows() ? File.Exists(path) : Access(path, Exists) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}

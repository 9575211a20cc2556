using System.Runtime.InteropServices;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// A lock on a file itself, whatever its name. It is on a byte far behind the last one that SQLite locks, so that SQLite and its tools do not meet it.
/// </summary>
internal sealed partial class FileIdentityLock : IDisposable
{
    private const long FarByte = 1L << 62;
    private const int LockViolationOnWindows = 33;

    private readonly FileStream _file;

    private FileIdentityLock(FileStream file) => _file = file;

    /// <summary>Null if another process, or another store of this one, has it.</summary>
    public static FileIdentityLock? TryTake(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (TryLock(file))
            return new FileIdentityLock(file);

        // Not closed before the process ends: closing any handle of a file drops the locks that SQLite has on it in this process (POSIX says so),
        // and the store that has this file may be one of this process.
        file.SafeFileHandle.SetHandleAsInvalid();
        return null;
    }

    /// <summary>After SQLite has closed the file, for the same reason.</summary>
    public void Dispose() => _file.Dispose();

    private static bool TryLock(FileStream file)
    {
        if (OperatingSystem.IsLinux())
            return Linux.TryLock(file.SafeFileHandle);
        if (OperatingSystem.IsMacOS())
            return MacOs.TryLock(file.SafeFileHandle);
        if (!OperatingSystem.IsWindows())
            return true;
        try
        {
            file.Lock(FarByte, 1);
            return true;
        }
        catch (IOException exception) when ((exception.HResult & 0xFFFF) is LockViolationOnWindows)
        {
            return false;
        }
    }

    /// <summary>A lock of the open file, not of the process: it is also met within a process, and closing another handle of the file leaves it.</summary>
    private static partial class Linux
    {
        private const int SetOpenFileLock = 37;
        private const short WriteLock = 1;
        private const int WouldBlock = 11;
        private const int NoAccess = 13;

        public static bool TryLock(SafeHandle file)
        {
            var range = new ByteRange { Type = WriteLock, Start = FarByte, Length = 1 };

            // A file system that knows no such locks leaves the lock by name.
            return Control(file, SetOpenFileLock, ref range) == 0 || Marshal.GetLastPInvokeError() is not (WouldBlock or NoAccess);
        }

        [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
        private static partial int Control(SafeHandle file, int command, ref ByteRange range);

        [StructLayout(LayoutKind.Sequential)]
        private struct ByteRange
        {
            public short Type;
            public short Whence;
            public long Start;
            public long Length;
            public int Process;
        }
    }

    private static partial class MacOs
    {
        private const int ExclusiveWithoutWaiting = 2 | 4;
        private const int WouldBlock = 35;

        public static bool TryLock(SafeHandle file) => Lock(file, ExclusiveWithoutWaiting) == 0 || Marshal.GetLastPInvokeError() is not WouldBlock;

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        private static partial int Lock(SafeHandle file, int operation);
    }
}

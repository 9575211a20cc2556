using System.Runtime.InteropServices;

namespace BackgroundTasks.Tests.Sqlite.Faults;

/// <summary>sqlite3_vfs.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VfsTable
{
    public int Version;
    public int FileSize;
    public int LongestPath;
    public VfsTable* Next;
    public byte* Name;
    public nint Owner;
    public delegate* unmanaged[Cdecl]<VfsTable*, byte*, VfsFile*, int, int*, int> Open;
    public delegate* unmanaged[Cdecl]<VfsTable*, byte*, int, int> Delete;
    public nint Access;
    public nint FullPathname;
    public nint DlOpen;
    public nint DlError;
    public nint DlSym;
    public nint DlClose;
    public nint Randomness;
    public nint Sleep;
    public nint CurrentTime;
    public nint GetLastError;
    public nint CurrentTimeInt64;
    public nint SetSystemCall;
    public nint GetSystemCall;
    public nint NextSystemCall;
}

/// <summary>sqlite3_io_methods.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FileTable
{
    public int Version;
    public delegate* unmanaged[Cdecl]<VfsFile*, int> Close;
    public delegate* unmanaged[Cdecl]<VfsFile*, void*, int, long, int> Read;
    public delegate* unmanaged[Cdecl]<VfsFile*, void*, int, long, int> Write;
    public delegate* unmanaged[Cdecl]<VfsFile*, long, int> Truncate;
    public delegate* unmanaged[Cdecl]<VfsFile*, int, int> Sync;
    public delegate* unmanaged[Cdecl]<VfsFile*, long*, int> Size;
    public delegate* unmanaged[Cdecl]<VfsFile*, int, int> Lock;
    public delegate* unmanaged[Cdecl]<VfsFile*, int, int> Unlock;
    public delegate* unmanaged[Cdecl]<VfsFile*, int*, int> CheckReservedLock;
    public delegate* unmanaged[Cdecl]<VfsFile*, int, void*, int> Control;
    public delegate* unmanaged[Cdecl]<VfsFile*, int> SectorSize;
    public delegate* unmanaged[Cdecl]<VfsFile*, int> Characteristics;
    public delegate* unmanaged[Cdecl]<VfsFile*, int, int, int, void**, int> ShmMap;
    public delegate* unmanaged[Cdecl]<VfsFile*, int, int, int, int> ShmLock;
    public delegate* unmanaged[Cdecl]<VfsFile*, void> ShmBarrier;
    public delegate* unmanaged[Cdecl]<VfsFile*, int, int> ShmUnmap;
    public delegate* unmanaged[Cdecl]<VfsFile*, long, int, void**, int> Fetch;
    public delegate* unmanaged[Cdecl]<VfsFile*, long, void*, int> Unfetch;
}

/// <summary>sqlite3_file, with what is behind it; the wrapped file's own follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VfsFile
{
    public FileTable* Methods;
    public nint Owner;

    /// <summary>The file that is wrapped.</summary>
    public static VfsFile* Wrapped(VfsFile* file) => file + 1;
}

/// <summary>SQLite's own functions.</summary>
internal static unsafe partial class VfsLibrary
{
    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    public static partial VfsTable* Find(byte* name);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    public static partial int Register(VfsTable* table, int makeDefault);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_unregister")]
    public static partial int Unregister(VfsTable* table);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace BackgroundTasks.Tests.Sqlite.Faults;

/// <summary>A file as SQLite calls it: what may fail asks its file system first, the rest goes to the wrapped file.</summary>
internal static unsafe class FaultyFile
{
    private static readonly nint[] Tables = [.. Enumerable.Range(1, 3).Select(version => (nint)CreateTable(version))];

    /// <summary>The methods for a file whose wrapped file has those of this version.</summary>
    public static FileTable* Methods(int version) => (FileTable*)Tables[Math.Clamp(version, 1, 3) - 1];

    private static FileTable* CreateTable(int version)
    {
        var table = (FileTable*)NativeMemory.AllocZeroed((nuint)sizeof(FileTable));
        table->Version = version;
        table->Close = &Close;
        table->Read = &Read;
        table->Write = &Write;
        table->Truncate = &Truncate;
        table->Sync = &Sync;
        table->Size = &Size;
        table->Lock = &Lock;
        table->Unlock = &Unlock;
        table->CheckReservedLock = &CheckReservedLock;
        table->Control = &Control;
        table->SectorSize = &SectorSize;
        table->Characteristics = &Characteristics;
        table->ShmMap = &ShmMap;
        table->ShmLock = &ShmLock;
        table->ShmBarrier = &ShmBarrier;
        table->ShmUnmap = &ShmUnmap;
        table->Fetch = &Fetch;
        table->Unfetch = &Unfetch;
        return table;
    }

    private static OpenFile Of(VfsFile* file) => (OpenFile)GCHandle.FromIntPtr(file->Owner).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(VfsFile* file)
    {
        Of(file).System.OnClosed();
        GCHandle.FromIntPtr(file->Owner).Free();
        file->Methods = null;
        return VfsFile.Wrapped(file)->Methods->Close(VfsFile.Wrapped(file));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(VfsFile* file, void* data, int length, long offset)
    {
        var (system, path) = Of(file);
        lock (system)
        {
            if (system.Ask(VfsOperation.Read, path) is not raw.SQLITE_OK and var fault)
                return fault;
        }

        return VfsFile.Wrapped(file)->Methods->Read(VfsFile.Wrapped(file), data, length, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(VfsFile* file, void* data, int length, long offset)
    {
        var (system, path) = Of(file);
        lock (system)
        {
            if (system.Ask(VfsOperation.Write, path) is not raw.SQLITE_OK and var fault)
                return fault;
            system.Disk?.Write(path, new ReadOnlySpan<byte>(data, length), offset);
            return VfsFile.Wrapped(file)->Methods->Write(VfsFile.Wrapped(file), data, length, offset);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(VfsFile* file, long size)
    {
        var (system, path) = Of(file);
        lock (system)
        {
            if (system.Ask(VfsOperation.Truncate, path) is not raw.SQLITE_OK and var fault)
                return fault;
            system.Disk?.Truncate(path, size);
            return VfsFile.Wrapped(file)->Methods->Truncate(VfsFile.Wrapped(file), size);
        }
    }

    /// <summary>The disk is a made-up one, so that nothing waits for a real one.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(VfsFile* file, int flags)
    {
        var (system, path) = Of(file);
        lock (system)
        {
            if (system.Ask(VfsOperation.Sync, path) is not raw.SQLITE_OK and var fault)
                return fault;
            system.Disk?.Sync(path);
            return raw.SQLITE_OK;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Size(VfsFile* file, long* size) => VfsFile.Wrapped(file)->Methods->Size(VfsFile.Wrapped(file), size);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(VfsFile* file, int level) => VfsFile.Wrapped(file)->Methods->Lock(VfsFile.Wrapped(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(VfsFile* file, int level) => VfsFile.Wrapped(file)->Methods->Unlock(VfsFile.Wrapped(file), level);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(VfsFile* file, int* held) => VfsFile.Wrapped(file)->Methods->CheckReservedLock(VfsFile.Wrapped(file), held);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Control(VfsFile* file, int operation, void* argument) => VfsFile.Wrapped(file)->Methods->Control(VfsFile.Wrapped(file), operation, argument);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(VfsFile* file) => VfsFile.Wrapped(file)->Methods->SectorSize(VfsFile.Wrapped(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Characteristics(VfsFile* file) => VfsFile.Wrapped(file)->Methods->Characteristics(VfsFile.Wrapped(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(VfsFile* file, int page, int size, int extend, void** map) =>
        VfsFile.Wrapped(file)->Methods->ShmMap(VfsFile.Wrapped(file), page, size, extend, map);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(VfsFile* file, int offset, int count, int flags) =>
        VfsFile.Wrapped(file)->Methods->ShmLock(VfsFile.Wrapped(file), offset, count, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(VfsFile* file) => VfsFile.Wrapped(file)->Methods->ShmBarrier(VfsFile.Wrapped(file));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(VfsFile* file, int delete) => VfsFile.Wrapped(file)->Methods->ShmUnmap(VfsFile.Wrapped(file), delete);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Fetch(VfsFile* file, long offset, int length, void** page) =>
        VfsFile.Wrapped(file)->Methods->Fetch(VfsFile.Wrapped(file), offset, length, page);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unfetch(VfsFile* file, long offset, void* page) => VfsFile.Wrapped(file)->Methods->Unfetch(VfsFile.Wrapped(file), offset, page);
}

/// <summary>A file that SQLite has open.</summary>
internal sealed record OpenFile(FaultyFileSystem System, string Path);

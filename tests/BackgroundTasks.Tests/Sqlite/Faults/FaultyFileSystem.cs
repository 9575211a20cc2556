using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SQLitePCL;

namespace BackgroundTasks.Tests.Sqlite.Faults;

/// <summary>
/// A file system for SQLite (a VFS) that wraps its own one: each call that may fail is counted and answered as a test wants,
/// and what was synced can be remembered, to see what a loss of power leaves. Its disk syncs at once.
/// </summary>
internal sealed unsafe class FaultyFileSystem : IDisposable
{
    private readonly VfsTable* _table;
    private readonly VfsTable* _default;
    private int _calls;
    private int _openFiles;

    public FaultyFileSystem()
    {
        Batteries_V2.Init();
        _default = VfsLibrary.Find(null);
        _table = (VfsTable*)NativeMemory.Alloc((nuint)sizeof(VfsTable));
        *_table = *_default;
        _table->FileSize = sizeof(VfsFile) + _default->FileSize;
        _table->Name = (byte*)Marshal.StringToCoTaskMemUTF8(Name);
        _table->Next = null;
        _table->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(this));
        _table->Open = &Open;
        _table->Delete = &Delete;
        Assert.Equal(raw.SQLITE_OK, VfsLibrary.Register(_table, makeDefault: 0));
    }

    /// <summary>How a connection asks for it.</summary>
    public string Name { get; } = $"faulty-{Guid.NewGuid():N}";

    /// <summary>How many calls there were.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>How many files SQLite has open.</summary>
    public int OpenFiles => Volatile.Read(ref _openFiles);

    /// <summary>What a call is answered: a result code; SQLITE_OK lets it pass. Asked for one call at a time.</summary>
    public Func<VfsCall, int> Answer { get; set; } = Pass;

    /// <summary>Remembers what was synced; null: nothing does.</summary>
    public DiskMemory? Disk { get; set; }

    public static int Pass(VfsCall call) => raw.SQLITE_OK;

    /// <summary>The code with which such a call fails on a disk that does not work.</summary>
    public static int BrokenDisk(VfsCall call) => call.Operation switch
    {
        VfsOperation.Read => raw.SQLITE_IOERR_READ,
        VfsOperation.Write => raw.SQLITE_IOERR_WRITE,
        VfsOperation.Truncate => raw.SQLITE_IOERR_TRUNCATE,
        VfsOperation.Sync => raw.SQLITE_IOERR_FSYNC,
        _ => raw.SQLITE_CANTOPEN,
    };

    /// <summary>The code with which such a call fails on a disk that is full.</summary>
    public static int FullDisk(VfsCall call) => call.Operation is VfsOperation.Write ? raw.SQLITE_FULL : raw.SQLITE_OK;

    public void Lift() => Answer = Pass;

    public int Ask(VfsOperation operation, string path) => Answer(new VfsCall(++_calls, operation, path));

    public void OnClosed() => Interlocked.Decrement(ref _openFiles);

    /// <summary>No connection can be opened any more. Its memory stays: a connection that a test has left open closes when it is collected.</summary>
    public void Dispose() => _ = VfsLibrary.Unregister(_table);

    private static FaultyFileSystem Of(VfsTable* table) => (FaultyFileSystem)GCHandle.FromIntPtr(table->Owner).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(VfsTable* table, byte* name, VfsFile* file, int flags, int* outFlags)
    {
        var system = Of(table);
        var path = name == null ? "" : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        lock (system)
        {
            file->Methods = null;
            if (system.Ask(VfsOperation.Open, path) is not raw.SQLITE_OK and var fault)
                return fault;
            var wrapped = VfsFile.Wrapped(file);
            var result = system._default->Open(system._default, name, wrapped, flags, outFlags);
            if (wrapped->Methods == null)
                return result;
            file->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(new OpenFile(system, path)));
            file->Methods = FaultyFile.Methods(wrapped->Methods->Version);
            Interlocked.Increment(ref system._openFiles);
            return result;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(VfsTable* table, byte* name, int syncDirectory)
    {
        var system = Of(table);
        lock (system)
        {
            system.Disk?.Delete(Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)));
            return system._default->Delete(system._default, name, syncDirectory);
        }
    }
}

namespace BackgroundTasks.Tests.Sqlite.Faults;

/// <summary>What a disk has of some files: what was synced for certain, and of what was written since any part.</summary>
internal sealed class DiskMemory
{
    private readonly Dictionary<string, DiskFile> _files = [];

    public void Write(string path, ReadOnlySpan<byte> data, long offset) => File(path).Unsynced.Add(new(offset, data.ToArray()));

    public void Truncate(string path, long size) => File(path).Unsynced.Add(new(size, null));

    public void Sync(string path) => File(path).Sync();

    public void Delete(string path) => _files.Remove(path);

    /// <summary>The files, by their paths, as a disk could have them if the power were lost now.</summary>
    public Dictionary<string, byte[]> Cut(Random random) => _files.ToDictionary(file => file.Key, file => file.Value.Cut(random));

    private DiskFile File(string path)
    {
        // A new store is made under another name and given its own.
        if (!_files.ContainsKey(path) && _files.Remove(path + "-new", out var renamed))
            _files.Add(path, renamed);
        if (!_files.TryGetValue(path, out var file))
            _files.Add(path, file = new DiskFile());
        return file;
    }
}

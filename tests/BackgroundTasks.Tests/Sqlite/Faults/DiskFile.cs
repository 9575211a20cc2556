namespace BackgroundTasks.Tests.Sqlite.Faults;

/// <summary>One file on a disk that loses its power.</summary>
internal sealed class DiskFile
{
    private const int Sector = 512;
    private byte[] _synced = new byte[64 * 1024];
    private int _length;

    public List<DiskWrite> Unsynced { get; } = [];

    public void Sync()
    {
        foreach (var write in Unsynced)
        {
            if (write.Data is { } data)
                Put((int)write.Offset, data);
            else
                _length = (int)write.Offset;
        }

        Unsynced.Clear();
    }

    /// <summary>What was synced, and of what was written since each part whole, torn, garbled or not at all.</summary>
    public byte[] Cut(Random random)
    {
        var cut = new DiskFile { _synced = (byte[])_synced.Clone(), _length = _length };
        foreach (var write in Unsynced)
        {
            if (Damaged(write, random) is { } damaged)
                cut.Unsynced.AddRange(damaged);
        }

        cut.Sync();
        return cut._synced[..cut._length];
    }

    private static List<DiskWrite>? Damaged(DiskWrite write, Random random) => (random.Next(6), write.Data) switch
    {
        (0 or 1, _) => null,
        (2, { } data) => Sectors(write.Offset, data).Where(_ => random.Next(2) == 0).ToList(),
        (3, { } data) => Sectors(write.Offset, data).Select(sector => random.Next(4) == 0 ? Garbled(sector, random) : sector).ToList(),
        _ => [write],
    };

    private static IEnumerable<DiskWrite> Sectors(long offset, byte[] data)
    {
        for (var at = 0; at < data.Length;)
        {
            var end = (int)Math.Min(data.Length, ((offset + at) / Sector * Sector) + Sector - offset);
            yield return new(offset + at, data[at..end]);
            at = end;
        }
    }

    private static DiskWrite Garbled(DiskWrite sector, Random random)
    {
        var garbage = new byte[sector.Data!.Length];
        random.NextBytes(garbage);
        return sector with { Data = garbage };
    }

    private void Put(int offset, byte[] data)
    {
        var end = offset + data.Length;
        if (end > _synced.Length)
            Array.Resize(ref _synced, Math.Max(end, _synced.Length * 2));
        if (offset > _length)
            Array.Clear(_synced, _length, offset - _length);
        data.CopyTo(_synced, offset);
        _length = Math.Max(_length, end);
    }
}

/// <summary>A write, or where there is no data a cut to a size.</summary>
internal readonly record struct DiskWrite(long Offset, byte[]? Data);

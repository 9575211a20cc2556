using System.Runtime.InteropServices;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// Which finished tasks have which idempotency key, by a hash of it: about 30 bytes a task. Most keys of submits are new, and that is known here without
/// a look into the file. The file has the keys in the order of the tasks' ends only: an index in their own order would write a page for each task.
/// Changed by the one writer when its transaction is committed, and read by anybody.
/// </summary>
internal sealed class FinishedKeys
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _numbers = [];

    /// <summary>Those whose hash another one has too.</summary>
    private readonly List<(long Hash, long Number)> _more = [];
    private readonly List<(string Key, long Number, bool IsAdded)> _changes = [];

    /// <summary>A task that is in the file.</summary>
    public void Remember(string key, long number)
    {
        var hash = HashOf(key);
        if (!_numbers.TryAdd(hash, number))
            _more.Add((hash, number));
    }

    /// <summary>The numbers of the tasks that may have a key, the newest first.</summary>
    public IReadOnlyList<long> Find(string key)
    {
        var hash = HashOf(key);
        lock (_lock)
        {
            if (!_numbers.TryGetValue(hash, out var number))
                return [];
            return _more.Count == 0 ? [number] : [.. _more.Where(other => other.Hash == hash).Select(other => other.Number).Append(number).OrderDescending()];
        }
    }

    public void Add(string? key, long number) => Change(key, number, isAdded: true);

    public void Remove(string? key, long number) => Change(key, number, isAdded: false);

    public void Commit()
    {
        if (_changes.Count == 0)
            return;
        lock (_lock)
        {
            foreach (var (key, number, isAdded) in _changes)
            {
                if (isAdded)
                    Remember(key, number);
                else
                    Forget(HashOf(key), number);
            }
        }

        _changes.Clear();
    }

    public void Rollback() => _changes.Clear();

    private static long HashOf(string key)
    {
        // Two that are made in different ways: nobody can look for keys that share both.
        var other = new HashCode();
        other.AddBytes(MemoryMarshal.AsBytes(key.AsSpan()));
        return ((long)key.GetHashCode(StringComparison.Ordinal) << 32) | (uint)other.ToHashCode();
    }

    private void Change(string? key, long number, bool isAdded)
    {
        if (key is not null)
            _changes.Add((key, number, isAdded));
    }

    /// <summary>If it is the first of several with its hash, another one takes its place.</summary>
    private void Forget(long hash, long number)
    {
        if (_more.Remove((hash, number)) || !_numbers.TryGetValue(hash, out var first) || first != number)
            return;
        _numbers.Remove(hash);
        if (_more.FindIndex(other => other.Hash == hash) is >= 0 and var next)
        {
            _numbers.Add(hash, _more[next].Number);
            _more.RemoveAt(next);
        }
    }
}

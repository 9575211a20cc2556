using System.Collections.Concurrent;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// Where the payloads lie that active tasks do not carry with them: by which key of the table of payloads. Changed by the one writer when its
/// transaction is committed, and read by anybody: what is found here is in the file.
/// </summary>
internal sealed class StoredPayloads
{
    private readonly ConcurrentDictionary<Guid, long> _rows = new();
    private readonly List<(Guid Id, long? Row)> _changes = [];

    /// <summary>A payload that is in the file.</summary>
    public void Remember(Guid id, long row) => _rows[id] = row;

    public long? Find(Guid id) => _rows.TryGetValue(id, out var row) ? row : null;

    public void Add(Guid id, long row) => _changes.Add((id, row));

    public void Remove(Guid id)
    {
        // Of few tasks; what this transaction has added is not there yet.
        if (_rows.ContainsKey(id) || _changes.Count > 0)
            _changes.Add((id, null));
    }

    public void Commit()
    {
        foreach (var (id, row) in _changes)
        {
            if (row is { } added)
                _rows[id] = added;
            else
                _rows.TryRemove(id, out _);
        }

        _changes.Clear();
    }

    public void Rollback() => _changes.Clear();
}

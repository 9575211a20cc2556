namespace BackgroundTasks.Sqlite;

/// <summary>
/// The changes that nobody waits for: the newest of each task. They are stored a moment later, together; one that is followed by a change
/// which somebody waits for is never written at all. So a start costs nothing where the task ends soon.
/// </summary>
internal sealed class OwedChanges
{
    private readonly Lock _lock = new();
    private Dictionary<Guid, BackgroundTask> _waiting = [];
    private Dictionary<Guid, BackgroundTask> _applied = [];

    /// <summary>Owes a change.</summary>
    /// <returns>Whether nothing was owed before.</returns>
    public bool Add(BackgroundTask successor)
    {
        lock (_lock)
        {
            _waiting[successor.Id] = successor;
            return _waiting.Count == 1;
        }
    }

    /// <summary>One that is owed.</summary>
    public BackgroundTask? First()
    {
        lock (_lock)
            return _waiting.Values.FirstOrDefault();
    }

    /// <summary>Whether any is owed.</summary>
    public bool Any()
    {
        lock (_lock)
            return _waiting.Count > 0;
    }

    /// <summary>Writes what is owed within a transaction.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="only">One of the changes; null for all.</param>
    public void Apply(JournalTables tables, BackgroundTask? only)
    {
        Rollback();
        lock (_lock)
        {
            if (only is null)
                (_waiting, _applied) = (_applied, _waiting);
            else if (GiveUp(only))
                _applied.Add(only.Id, only);
        }

        foreach (var (id, task) in _applied)
            tables.Put(id, task, task);
    }

    /// <summary>Owes a change no longer. A newer one of the same task stays owed.</summary>
    public bool GiveUp(BackgroundTask change)
    {
        lock (_lock)
            return _waiting.TryGetValue(change.Id, out var waiting) && ReferenceEquals(waiting, change) && _waiting.Remove(change.Id);
    }

    /// <summary>A change of the task that was owed before is made good for.</summary>
    public void Forget(Guid id)
    {
        lock (_lock)
            _waiting.Remove(id);
    }

    /// <summary>What was applied is stored.</summary>
    public void Commit() => _applied.Clear();

    /// <summary>What was applied is not stored: it is owed as before, where nothing newer is.</summary>
    public void Rollback()
    {
        lock (_lock)
        {
            foreach (var (id, task) in _applied)
                _waiting.TryAdd(id, task);
        }

        _applied.Clear();
    }
}

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

    /// <summary>Whether any is owed.</summary>
    public bool Any()
    {
        lock (_lock)
            return _waiting.Count > 0;
    }

    /// <summary>Writes all that is owed within a transaction.</summary>
    public void Apply(JournalTables tables)
    {
        Rollback();
        lock (_lock)
            (_waiting, _applied) = (_applied, _waiting);
        foreach (var (id, task) in _applied)
            tables.Put(id, task, task);
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

namespace BackgroundTasks.Sqlite;

/// <summary>How many ended tasks each queue has, by state: in memory, and in a table that changes in the same transaction as the tasks.</summary>
internal sealed class FinishedCounts : IDisposable
{
    private readonly Statement _add;
    private readonly Dictionary<(string Queue, BackgroundTaskState State), int> _changes = [];
    private long _total;
    private long _change;

    public FinishedCounts(Database database)
    {
        _add = database.Prepare(
            """
            INSERT INTO counts (queue, succeeded, failed, canceled) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (queue) DO UPDATE SET succeeded = succeeded + ?2, failed = failed + ?3, canceled = canceled + ?4
            """);
        _total = database.Number("SELECT SUM(succeeded + failed + canceled) FROM counts");
    }

    /// <summary>How many there are, with what is not stored yet.</summary>
    public long Total => _total + _change;

    public void Add(string queue, BackgroundTaskState state, int by)
    {
        _changes[(queue, state)] = _changes.GetValueOrDefault((queue, state)) + by;
        _change += by;
    }

    /// <summary>Writes what has changed in this transaction.</summary>
    public void Write()
    {
        foreach (var ((queue, state), by) in _changes)
        {
            if (by != 0)
            {
                _add.Bind(1, queue).Bind(2, By(BackgroundTaskState.Succeeded)).Bind(3, By(BackgroundTaskState.Failed)).Bind(4, By(BackgroundTaskState.Canceled)).Execute();
                int By(BackgroundTaskState column) => column == state ? by : 0;
            }
        }
    }

    public void Commit()
    {
        _total += _change;
        Rollback();
    }

    public void Rollback()
    {
        _changes.Clear();
        _change = 0;
    }

    public void Dispose() => _add.Dispose();
}

namespace BackgroundTasks.Sqlite;

/// <summary>How many ended tasks each queue has, by state: in memory, and in a table that changes in the same transaction as the tasks.</summary>
internal sealed class FinishedCounts : IDisposable
{
    private const string Count = "SELECT SUM(succeeded + failed + canceled) FROM counts";

    private readonly Database _database;
    private readonly Statement _add;
    private readonly Dictionary<(string Queue, BackgroundTaskState State), int> _changes = [];
    private long _total;
    private long _change;
    private bool _recounts;

    public FinishedCounts(Database database)
    {
        _database = database;
        _add = database.Prepare(
            """
            INSERT INTO counts (queue, succeeded, failed, canceled) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (queue) DO UPDATE SET succeeded = succeeded + ?2, failed = failed + ?3, canceled = canceled + ?4
            """);
        _total = database.Number(Count);
    }

    /// <summary>How many there are, with what is not stored yet.</summary>
    public long Total => _total + _change;

    public void Add(string queue, BackgroundTaskState state, int by)
    {
        _changes[(queue, state)] = _changes.GetValueOrDefault((queue, state)) + by;
        _change += by;
    }

    /// <summary>A row has gone that does not tell where it was counted: what is there is counted anew.</summary>
    public void Recount()
    {
        _change--;
        _recounts = true;
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

        if (_recounts)
            CountAll();
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
        _recounts = false;
    }

    public void Dispose() => _add.Dispose();

    /// <summary>As dear as a look at all rows, and as rare as a damaged one.</summary>
    private void CountAll()
    {
        _database.Execute("DELETE FROM counts");
        _database.Execute("INSERT INTO counts SELECT queue, SUM(state = 3), SUM(state = 4), SUM(state = 5) FROM finished GROUP BY queue");
        _change = _database.Number(Count) - _total;
    }
}

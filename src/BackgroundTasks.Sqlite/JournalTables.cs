namespace BackgroundTasks.Sqlite;

/// <summary>The tables under the hand of the one writer. What is done between a begin and a commit is stored together, or not at all.</summary>
internal sealed class JournalTables : IDisposable
{
    private readonly Database _database;
    private readonly ActiveTable _active;
    private readonly FinishedTable _finished;
    private readonly FinishedCounts _counts;
    private readonly FreeSpace _free;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _lastId;
    private readonly Statement _touch;
    private readonly Statement _untouch;
    private readonly Statement _pause;
    private readonly Statement _resume;
    private readonly NewIds _newIds;
    private Guid? _highest;
    private Guid? _storedHighest;

    public JournalTables(Database database, StoreState state, BackgroundTaskClock clock, FinishedKeys keys, DamagedRows damaged)
    {
        _database = database;
        _storedHighest = _highest = state.LastId;
        _newIds = new NewIds(state.LastId);
        _active = new ActiveTable(database, state.Crashes, LastRow(database));
        _finished = new FinishedTable(database, clock, keys);
        _counts = new FinishedCounts(database);
        _free = new FreeSpace(database, damaged);
        _begin = database.Prepare("BEGIN IMMEDIATE");
        _commit = database.Prepare("COMMIT");
        _rollback = database.Prepare("ROLLBACK");
        _lastId = database.Prepare("UPDATE store SET last_id = ?1");
        _touch = database.Prepare("UPDATE store SET crashes = crashes + 1");
        _untouch = database.Prepare("UPDATE store SET crashes = crashes - 1");
        _pause = database.Prepare("INSERT OR IGNORE INTO paused (queue) VALUES (?1)");
        _resume = database.Prepare("DELETE FROM paused WHERE queue = ?1");
    }

    public ActiveTable Active => _active;

    /// <summary>The idempotency keys of the finished tasks.</summary>
    public FinishedKeys Keys => _finished.Keys;

    public void Begin() => _begin.Execute();

    public void Commit()
    {
        _counts.Write();
        if (_highest != _storedHighest)
            _lastId.Bind(1, _highest!.Value).Execute();
        _commit.Execute();
        _storedHighest = _highest;
        _active.Commit();
        Keys.Commit();
        _counts.Commit();
    }

    public void Rollback()
    {
        // Whatever becomes of the file: what is kept in memory is what was stored.
        _highest = _storedHighest;
        _active.Rollback();
        Keys.Rollback();
        _counts.Rollback();

        // SQLite has rolled back by itself after some faults.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_database.Handle) == 0)
            _rollback.Execute();
    }

    /// <summary>Puts a new task here; false if there is one with its id.</summary>
    public bool TryAdd(BackgroundTask task)
    {
        if (_active.Contains(task.Id) || (!_newIds.TryAdd(task.Id) && _finished.Contains(task.Id)))
            return false;
        _active.Put(task);
        Raise(task.Id);
        return true;
    }

    /// <summary>Puts a task as it is now in the place of what is there of it; null removes it. It does not matter what earlier changes were stored.</summary>
    public void Put(Guid id, BackgroundTask? current, BackgroundTask? successor)
    {
        long? payloadRow = null;
        if (current is { IsTerminal: true } && _finished.Find(id) is { } ended)
        {
            payloadRow = ended.HasPayloadRow && successor is { IsTerminal: false, Submission.IsPayloadInStore: true } ? ended.Row : null;
            TryRemove(ended, keepsPayload: payloadRow is not null);
        }

        if (successor is { IsTerminal: false })
            _active.Put(successor, payloadRow);
        else if (successor is not null)
            Finish(successor);
        else if (_active.Remove(id) is { } row)
            _active.RemovePayload(row);
        _newIds.TryAdd(id);
        Raise(id);
    }

    /// <summary>Those of the first that finished whose time is over, or who are too many.</summary>
    /// <param name="oldest">The first that finished.</param>
    /// <param name="finishedBefore">Before when a task has finished whose time is over.</param>
    /// <param name="keepAtMost">How many are kept.</param>
    public IEnumerable<FinishedRow> DueOf(List<FinishedRow> oldest, DateTimeOffset finishedBefore, long keepAtMost)
    {
        var tooMany = _counts.Total - keepAtMost;
        return oldest.TakeWhile((row, index) => index < tooMany || _finished.SteadyTicksOf(row) < finishedBefore.UtcTicks);
    }

    /// <summary>Removes a row; false if it is no longer there.</summary>
    public bool TryRemove(FinishedRow row, bool keepsPayload = false)
    {
        if (!_finished.TryDelete(row))
            return false;
        if (row.HasPayloadRow && !keepsPayload)
            _active.RemovePayload(row.Row);
        if (row.Task is { } task)
            _counts.Add(task.Queue, task.State, -1);
        else
            _counts.Recount();
        return true;
    }

    /// <summary>Gives some free space back.</summary>
    /// <returns>Whether more is left to do.</returns>
    public bool GiveBack() => _free.GiveBack();

    /// <summary>Writes without changing anything. (An update that leaves a row as it is would not write: SQLite sees that.)</summary>
    public void Touch()
    {
        _touch.Execute();
        _untouch.Execute();
    }

    public void SetPaused(string queue, bool paused) => (paused ? _pause : _resume).Bind(1, queue).Execute();

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<IDisposable>)[_active, _finished, _counts, _free, _begin, _commit, _rollback, _lastId, _touch, _untouch, _pause, _resume])
            statement.Dispose();
    }

    /// <summary>The highest key that something is kept by. Of what has ended that is payloads alone: there is much of it, and it is not read for this.</summary>
    private static long LastRow(Database database) => Math.Max(
        database.Number($"SELECT MAX(seq) FROM active WHERE seq < {ActiveTable.HighestKey}"), database.Number($"SELECT MAX(seq) FROM payloads WHERE seq < {ActiveTable.HighestKey}"));

    private void Raise(Guid id)
    {
        if (id.Version == 7 && (_highest is not { } highest || BackgroundTaskIds.Compare(id, highest) > 0))
            _highest = id;
    }

    private void Finish(BackgroundTask task)
    {
        if (_active.Remove(task.Id) is { } row)
        {
            if (!FinishedTable.KeepsPayload(task) && (task.Submission.IsPayloadInStore || task.Submission.Payload.Length > ActiveTable.LongestPayloadInRow))
                _active.RemovePayload(row);
        }
        else
        {
            row = _active.NewRow();
            if (FinishedTable.KeepsPayload(task))
                _active.PutPayload(row, task.Submission.Payload);
        }

        _finished.Insert(task, row);
        _counts.Add(task.Queue, task.State, 1);
    }
}

namespace BackgroundTasks.Sqlite;

/// <summary>The tasks that are not ended. Their row keys are kept in memory: an index on the id would cost two writes a task.</summary>
internal sealed class ActiveTable : IDisposable
{
    /// <summary>A longer payload has a row of its own, so that a change of its task does not write it again.</summary>
    public const int LongestPayloadInRow = 512;

    /// <summary>Below what all keys of rows are. One beyond it was never given.</summary>
    public const long HighestKey = 1L << 62;

    private readonly Statement _insert;
    private readonly Statement _update;
    private readonly Statement _delete;
    private readonly Statement _insertPayload;
    private readonly Statement _deletePayload;
    private readonly TaskText _text = new();
    private readonly Dictionary<Guid, long> _rows = [];
    private readonly List<(Guid Id, long? Row)> _undo = [];
    private readonly StoredPayloads _payloads = new();
    private readonly int _crashes;
    private long _lastRow;

    public ActiveTable(Database database, int crashes, long lastRow)
    {
        (_crashes, _lastRow) = (crashes, lastRow);
        _insert = database.Prepare("INSERT INTO active (seq, id, state, version, crashes, standing, type, queue, created, submission, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
        _update = database.Prepare("UPDATE active SET state = ?2, version = ?3, crashes = ?4, standing = ?5 WHERE seq = ?1");
        _delete = database.Prepare("DELETE FROM active WHERE seq = ?1");
        _insertPayload = database.Prepare("INSERT INTO payloads (seq, payload) VALUES (?1, ?2)");
        _deletePayload = database.Prepare("DELETE FROM payloads WHERE seq = ?1");
    }

    /// <summary>The payloads that the tasks here do not carry with them.</summary>
    public StoredPayloads Payloads => _payloads;

    /// <summary>A row that is there. False if another one has the id.</summary>
    public bool TryRemember(Guid id, long row) => _rows.TryAdd(id, row);

    /// <summary>The task of a row that is there.</summary>
    public void Remember(BackgroundTask task, long row)
    {
        if (task.Submission.IsPayloadInStore)
            _payloads.Remember(task.Id, row);
    }

    public bool Contains(Guid id) => _rows.ContainsKey(id);

    /// <summary>Puts a task here as it is now.</summary>
    /// <param name="task">The task.</param>
    /// <param name="payloadRow">The key by which its payload lies in the file already, if it was here before: its row gets the same.</param>
    public void Put(BackgroundTask task, long? payloadRow = null)
    {
        if (!_rows.TryGetValue(task.Id, out var row))
        {
            Insert(task, payloadRow ?? NewRow());
            return;
        }

        _text.Write(task);
        if (_update.Bind(1, row).Bind(2, (int)task.State).Bind(3, task.Version).Bind(4, _crashes).BindText(5, _text.Standing).Execute() == 1)
            return;

        // Another program has deleted the row. The task is there all the same.
        Remove(task.Id);
        Insert(task, task.Submission.IsPayloadInStore ? row : NewRow());
    }

    /// <summary>Takes a task out; the key of its row, by which a long payload stays known. Null where it was not there.</summary>
    public long? Remove(Guid id)
    {
        if (!_rows.Remove(id, out var row))
            return null;
        _undo.Add((id, row));
        _payloads.Remove(id);
        _delete.Bind(1, row).Execute();
        return row;
    }

    /// <summary>A key for a task that was never active.</summary>
    public long NewRow() => ++_lastRow;

    public void PutPayload(long row, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > LongestPayloadInRow)
            _insertPayload.Bind(1, row).BindBlob(2, payload.Span).Execute();
    }

    public void RemovePayload(long row) => _deletePayload.Bind(1, row).Execute();

    /// <summary>What was done since the last time is stored.</summary>
    public void Commit()
    {
        _undo.Clear();
        _payloads.Commit();
    }

    /// <summary>What was done since the last time is not.</summary>
    public void Rollback()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            if (_undo[i].Row is { } row)
                _rows[_undo[i].Id] = row;
            else
                _rows.Remove(_undo[i].Id);
        }

        _undo.Clear();
        _payloads.Rollback();
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_insert, _update, _delete, _insertPayload, _deletePayload])
            statement.Dispose();
    }

    private void Insert(BackgroundTask task, long row)
    {
        var submission = task.Submission;
        _text.Write(task);
        _insert.Bind(1, row).Bind(2, task.Id).Bind(3, (int)task.State).Bind(4, task.Version).Bind(5, _crashes).BindText(6, _text.Standing)
            .Bind(7, submission.Type).Bind(8, submission.Queue).Bind(9, submission.CreatedAt.UtcTicks).BindText(10, _text.Submission(submission));
        if (submission.IsPayloadInStore || submission.Payload.Length > LongestPayloadInRow)
            _insert.BindNull(11);
        else
            _insert.BindBlob(11, submission.Payload.Span);
        _insert.Execute();
        PutPayload(row, submission.Payload);
        if (submission.IsPayloadInStore || submission.Payload.Length > BackgroundTaskSubmission.LongestPayloadAtHand)
            _payloads.Add(task.Id, row);
        _rows.Add(task.Id, row);
        _undo.Add((task.Id, null));
    }
}

namespace BackgroundTasks.Sqlite;

/// <summary>The ended tasks, in the order in which they ended.</summary>
internal sealed class FinishedTable : IDisposable
{
    /// <summary>The columns of a <see cref="FinishedRow"/>.</summary>
    public const string Head = "number, seq, id, state, version, type, queue, finished, created, payload IS NULL, idempotency_key";
    private readonly Statement _insert;
    private readonly Statement _find;
    private readonly Statement _contains;
    private readonly Statement _delete;
    private readonly TaskText _text = new();
    private readonly BackgroundTaskClock _clock;
    private readonly long _lastOfOthers;

    /// <summary>From which number on the wall clock had been set by how much.</summary>
    private readonly List<(long Number, long Skew)> _skews = [(0, 0)];
    private long _lastNumber;

    public FinishedTable(Database database, BackgroundTaskClock clock, FinishedKeys keys)
    {
        (_clock, Keys) = (clock, keys);

        // A number beyond these was never given: it is damaged, and there are none after it.
        _lastNumber = _lastOfOthers = database.Number($"SELECT MAX(number) FROM finished WHERE number < {ActiveTable.HighestKey}");
        _insert = database.Prepare(
            """
            INSERT INTO finished (number, seq, id, state, version, type, queue, created, finished, idempotency_key, standing, submission, payload, result, stray)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """);
        _find = database.Prepare($"SELECT {Head} FROM finished WHERE state = ?1 AND id = ?2");
        _contains = database.Prepare("SELECT 1 FROM finished WHERE state IN (3, 4, 5) AND id = ?1");
        _delete = database.Prepare("DELETE FROM finished WHERE number = ?1");
    }

    /// <summary>The idempotency keys of the tasks here.</summary>
    public FinishedKeys Keys { get; }

    /// <summary>The payload is kept for a retry, and what succeeded is not tried again.</summary>
    public static bool KeepsPayload(BackgroundTask task) => task.State is not BackgroundTaskState.Succeeded;

    public void Insert(BackgroundTask task, long row)
    {
        var submission = task.Submission;
        _text.Write(task);
        if (_clock.Skew.Ticks is var skew && skew != _skews[^1].Skew)
            _skews.Add((_lastNumber + 1, skew));
        _insert.Bind(1, ++_lastNumber).Bind(2, row).Bind(3, task.Id).Bind(4, (int)task.State).Bind(5, task.Version)
            .Bind(6, submission.Type).Bind(7, submission.Queue).Bind(8, submission.CreatedAt.UtcTicks)
            .Bind(10, submission.IdempotencyKey).BindText(11, _text.Standing).BindText(12, _text.Submission(submission))
            .BindOptional(14, task.Result.Span);
        if (KeepsPayload(task) && !submission.IsPayloadInStore && submission.Payload.Length <= ActiveTable.LongestPayloadInRow)
            _insert.BindBlob(13, submission.Payload.Span);
        else
            _insert.BindNull(13);
        if (BackgroundTaskIds.IsStray(task.Id, submission.CreatedAt))
            _insert.Bind(15, 1);
        else
            _insert.BindNull(15);
        if (task.FinishedAt is { } finished)
            _insert.Bind(9, finished.UtcTicks);
        else
            _insert.BindNull(9);
        _insert.Execute();
        Keys.Add(submission.IdempotencyKey, _lastNumber);
    }

    public FinishedRow? Find(Guid id)
    {
        for (var state = BackgroundTaskState.Succeeded; state <= BackgroundTaskState.Canceled; state++)
        {
            try
            {
                if (_find.Bind(1, (int)state).Bind(2, id).Step())
                    return Read(_find);
            }
            finally
            {
                _find.Reset();
            }
        }

        return null;
    }

    /// <summary>Whether a task has the id, also one whose row cannot be read: the index tells.</summary>
    public bool Contains(Guid id)
    {
        try
        {
            return _contains.Bind(1, id).Step();
        }
        finally
        {
            _contains.Reset();
        }
    }

    /// <summary>
    /// When a task finished, in elapsed time: by the wall clock, had nobody set it since this process started. Of what another process left
    /// the wall clock is all that is known, but for one thing: it finished before this process started.
    /// </summary>
    public long SteadyTicksOf(FinishedRow row) => row.Number <= _lastOfOthers
        ? Math.Min(row.FinishedTicks, _clock.StartedAt.UtcTicks)
        : row.FinishedTicks - _skews.FindLast(skew => skew.Number <= row.Number).Skew;

    /// <summary>False if it is no longer there.</summary>
    public bool TryDelete(FinishedRow row)
    {
        if (_delete.Bind(1, row.Number).Execute() == 0)
            return false;
        Keys.Remove(row.IdempotencyKey, row.Number);
        return true;
    }

    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<Statement>)[_insert, _find, _contains, _delete])
            statement.Dispose();
        _text.Dispose();
    }

    public static FinishedRow Read(Statement row) => new(
        row.Number(0), row.Number(1), HeadOf(row), FinishedTicksOf(row),
        HasPayloadRow: row.Number(3) != (int)BackgroundTaskState.Succeeded && row.Number(9) != 0,
        IdempotencyKey: row.IsNull(10) ? null : row.Text(10));

    /// <summary>Null for a row whose head is damaged.</summary>
    private static PurgedTask? HeadOf(Statement row) =>
        row.Bytes(2).Length == 16 && row.Number(3) is >= (int)BackgroundTaskState.Succeeded and <= (int)BackgroundTaskState.Canceled
            ? new(row.Id(2), row.Text(5), row.Text(6), (BackgroundTaskState)row.Number(3), row.Number(4))
            : null;

    /// <summary>A time that is none is long past: its row goes once all before it are gone.</summary>
    private static long FinishedTicksOf(Statement row) =>
        (row.IsNull(7) ? row.Number(8) : row.Number(7)) is var ticks && ticks <= DateTimeOffset.MaxValue.UtcTicks ? ticks : 0;
}

/// <summary>The head of an ended task.</summary>
/// <param name="Number">Which one it was to end.</param>
/// <param name="Row">The key of its long payload.</param>
/// <param name="Task">What a purge tells of it; null if the row is damaged.</param>
/// <param name="FinishedTicks">When it ended.</param>
/// <param name="HasPayloadRow">Whether it has a payload that is kept by that key; else the key may be another's by now.</param>
/// <param name="IdempotencyKey">The key that it was accepted with.</param>
internal readonly record struct FinishedRow(long Number, long Row, PurgedTask? Task, long FinishedTicks, bool HasPayloadRow, string? IdempotencyKey);

namespace BackgroundTasks.Sqlite;

/// <summary>
/// What the retention leaves in the file until the next start: finished tasks that damaged pages hold. After such a page nothing more can be written in
/// the same transaction, so that it is learned from transactions that fail, each with half the rows of the one before. For one purge at a time.
/// </summary>
internal sealed class LeftRows(DamagedRows damaged)
{
    /// <summary>What a purge removes at once: submits wait no longer for it than for a commit.</summary>
    private const int PurgeBatch = 500;

    private readonly HashSet<long> _held = [];
    private readonly SortedSet<long> _behind = [];
    private int _unreadable;

    /// <summary>How many rows the next purge removes at most.</summary>
    public int AtOnce { get; private set; } = PurgeBatch;

    /// <summary>How many rows are left, as far as that is known.</summary>
    public int Count => _unreadable + _held.Count;

    /// <summary>Whether a row can be read, but not removed.</summary>
    public bool Holds(long number) => _held.Contains(number);

    /// <summary>The first number behind the damaged page that lies behind another number; null if none is known.</summary>
    public long? Behind(long from)
    {
        var behind = _behind.GetViewBetween(from, long.MaxValue);
        return behind.Count > 0 ? behind.Min : null;
    }

    /// <summary>Rows lie on a damaged page.</summary>
    public void Skip(List<(long Number, string Id)> rows, long behind)
    {
        rows.ForEach(row => damaged.Skip(row.Number, row.Id, DamagedRows.OnDamagedPage));
        _unreadable += rows.Count;
        _behind.Add(behind);
    }

    /// <summary>A transaction that removed rows has met a damaged page.</summary>
    public void Learn(List<FinishedRow> rows)
    {
        if (rows.Count > 1)
            AtOnce = rows.Count / 2;
        else if (rows.Count == 1 && _held.Add(rows[0].Number))
            damaged.Leave(rows[0].Number, rows[0].Task?.Id.ToString("N") ?? "with a damaged head");
    }

    /// <summary>A purge is stored.</summary>
    public void Go() => AtOnce = Math.Min(PurgeBatch, AtOnce * 2);
}

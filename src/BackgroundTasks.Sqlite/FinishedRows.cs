namespace BackgroundTasks.Sqlite;

/// <summary>The finished tasks of one state, newest first, for one list after the other. A row that cannot be read is named and passed over.</summary>
internal sealed class FinishedRows
{
    private static readonly byte[] AboveAll = [.. Enumerable.Repeat(byte.MaxValue, 17)];
    private readonly Database _database;
    private readonly DamagedRows _damaged;
    private readonly string _where;
    private Guid? _below;
    private Guid _from;

    /// <param name="database">The connection.</param>
    /// <param name="damaged">Told of what cannot be read.</param>
    /// <param name="columns">What is read; the first two are number and id.</param>
    /// <param name="state">The state.</param>
    /// <param name="strays">Only those whose id tells another time than that of their creation.</param>
    public FinishedRows(Database database, DamagedRows damaged, string columns, int state, bool strays)
    {
        (_database, _damaged) = (database, damaged);
        _where = $"WHERE state = {state} AND id < ?1 AND id >= ?2{(strays ? " AND stray IS NOT NULL" : "")} ORDER BY id DESC";
        Row = database.Prepare($"SELECT {columns} FROM finished {_where}");
    }

    /// <summary>The row to which the last step has led.</summary>
    public Statement Row { get; }

    /// <param name="below">Only ids below this one; null: from the newest on.</param>
    /// <param name="from">Only ids from this one on.</param>
    public void Begin(Guid? below, Guid from)
    {
        (_below, _from) = (below, from);
        Bind(Row, below, from);
    }

    public void Reset() => Row.Reset();

    /// <summary>Goes on to the next row that has an id; whatever else is damaged in it.</summary>
    public bool StepToId()
    {
        while (TryStep(out var isRow))
        {
            if (!isRow)
                continue;
            if (Row.Bytes(1).Length == 16)
            {
                _below = Row.Id(1);
                return true;
            }

            _damaged.Skip(Row.Number(0), DamagedRows.NameOf(Row, 1), "an id has 16 bytes");
        }

        return false;
    }

    /// <param name="isRow">False if the row lies on a damaged page, and was passed over.</param>
    private bool TryStep(out bool isRow)
    {
        isRow = true;
        try
        {
            return Row.Step();
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            isRow = false;
            return PassOver();
        }
    }

    /// <summary>Which row it is tells the index, which has pages of its own. If these are damaged too, nobody can tell what is left.</summary>
    private bool PassOver()
    {
        using var next = new Statement(_database, $"SELECT number, id FROM finished {_where} LIMIT 1");
        Bind(next, _below, _from);
        if (!next.Step() || next.Bytes(1).Length != 16)
            return false;
        _damaged.Skip(next.Number(0), DamagedRows.NameOf(next, 1), DamagedRows.OnDamagedPage);
        Begin(next.Id(1), _from);
        return true;
    }

    /// <summary>Without a bound, one that is longer than an id: it is above the highest of them too.</summary>
    private static void Bind(Statement rows, Guid? below, Guid from)
    {
        if (below is { } id)
            rows.Bind(1, id);
        else
            rows.BindBlob(1, AboveAll);
        rows.Bind(2, from);
    }
}

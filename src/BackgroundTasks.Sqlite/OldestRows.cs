namespace BackgroundTasks.Sqlite;

/// <summary>Reads the tasks that finished first, and goes on behind damaged pages.</summary>
internal sealed class OldestRows(Database database)
{
    private const int LookedForAtOnce = 1_000;
    private readonly Statement _rows = database.Prepare($"SELECT {FinishedTable.Head} FROM finished WHERE number >= ?1 ORDER BY number");

    /// <summary>Those that the next purge may remove.</summary>
    public List<FinishedRow> Read(LeftRows left)
    {
        var rows = new List<FinishedRow>(left.AtOnce);
        var from = long.MinValue;
        while (from < long.MaxValue)
            from = ReadFrom(from, left, rows);
        return rows;
    }

    /// <returns>Where to read on.</returns>
    private long ReadFrom(long from, LeftRows left, List<FinishedRow> rows)
    {
        try
        {
            _rows.Bind(1, from);
            while (rows.Count < left.AtOnce && _rows.Step())
            {
                from = _rows.Number(0) + 1;
                if (!left.Holds(_rows.Number(0)))
                    rows.Add(FinishedTable.Read(_rows));
            }

            return long.MaxValue;
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            return left.Behind(from + 1) ?? PassOver(from, left, fault);
        }
        finally
        {
            _rows.Reset();
        }
    }

    /// <summary>Which rows lie there tells the index, which has pages of its own.</summary>
    private long PassOver(long from, LeftRows left, SqliteFault fault)
    {
        var unreadable = new List<(long Number, string Id)>();
        var behind = from;
        while (FinishedIndex.From(database, behind, LookedForAtOnce) is { Count: > 0 } there)
        {
            var readable = there.FindIndex(row => IsReadable(row.Number));
            unreadable.AddRange(readable < 0 ? there : there[..readable]);
            behind = there[^1].Number + 1;
            if (readable < 0)
                continue;
            if (unreadable.Count == 0)
                throw fault;
            left.Skip(unreadable, there[readable].Number);
            return there[readable].Number;
        }

        left.Skip(unreadable, long.MaxValue);
        return long.MaxValue;
    }

    private bool IsReadable(long number)
    {
        try
        {
            return _rows.Bind(1, number).Step() && _rows.Number(0) == number;
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            return false;
        }
        finally
        {
            _rows.Reset();
        }
    }
}

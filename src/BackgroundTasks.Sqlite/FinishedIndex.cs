namespace BackgroundTasks.Sqlite;

/// <summary>Which finished tasks there are, told by an index: it has pages of its own, so that it knows also of rows that cannot be read.</summary>
internal static class FinishedIndex
{
    /// <summary>The number of a task. If the index cannot be read either, nobody can tell whether there is one.</summary>
    public static long NumberOf(Database database, Guid id)
    {
        using var row = new Statement(database, "SELECT number FROM finished INDEXED BY finished_by_state WHERE state IN (3, 4, 5) AND id = ?1");
        return row.Bind(1, id).Step() ? row.Number(0) : 0;
    }

    /// <summary>The id of the task of a row, for the log. As dear as a look at all entries, and as rare as a damaged page.</summary>
    public static string NameOf(Database database, long number)
    {
        try
        {
            return From(database, number, 1).Where(row => row.Number == number).Select(row => row.Id).FirstOrDefault("with an unknown id");
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            return "with an id on another damaged page";
        }
    }

    /// <summary>The rows from a number on, in the order of their numbers.</summary>
    public static List<(long Number, string Id)> From(Database database, long number, int limit)
    {
        // Not by the number itself, by which the rows lie.
        using var row = new Statement(
            database, "SELECT number, id FROM finished INDEXED BY finished_by_state WHERE state IN (3, 4, 5) AND +number >= ?1 ORDER BY +number LIMIT ?2");
        row.Bind(1, number).Bind(2, limit);
        var rows = new List<(long, string)>();
        while (row.Step())
            rows.Add((row.Number(0), DamagedRows.NameOf(row, 1)));
        return rows;
    }
}

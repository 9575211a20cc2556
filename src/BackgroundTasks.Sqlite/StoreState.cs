namespace BackgroundTasks.Sqlite;

/// <summary>What the file tells of its former process.</summary>
/// <param name="Crashes">How many processes have ended without closing it, the former one included.</param>
/// <param name="LastId">The highest id that was ever written.</param>
internal readonly record struct StoreState(int Crashes, Guid? LastId)
{
    /// <summary>
    /// Takes the file: a process that does not close it, as <see cref="Close"/> does, is one that crashed. One count is raised then, and every row
    /// that was written before is read as what has survived, with a version that its clients cannot have seen.
    /// </summary>
    public static StoreState Open(Database database)
    {
        // A file that does not tell whether it was closed was not.
        database.Execute("INSERT OR IGNORE INTO store VALUES (1, 1, 0, NULL)");
        database.Execute("UPDATE store SET crashes = crashes + open, open = 1");
        using var read = database.Prepare("SELECT crashes, last_id FROM store");
        read.Step();
        return new StoreState((int)read.Number(0), Highest(database, read));
    }

    /// <summary>What the file says, and also looked for: an id that is thought to be free is not looked for.</summary>
    private static Guid? Highest(Database database, Statement read)
    {
        Guid? highest = null;
        Raise(read, 1);
        using var ids = database.Prepare(
            """
            SELECT (SELECT MAX(id) FROM finished WHERE state = 3), (SELECT MAX(id) FROM finished WHERE state = 4), (SELECT MAX(id) FROM finished WHERE state = 5)
            """);
        ids.Step();
        for (var state = 0; state < 3; state++)
            Raise(ids, state);
        return highest;

        void Raise(Statement row, int column)
        {
            if (row.Bytes(column).Length == 16 && row.Id(column) is { Version: 7 } id && (highest is not { } other || BackgroundTaskIds.Compare(id, other) > 0))
                highest = id;
        }
    }

    public static void Close(Database database) => database.Execute("UPDATE store SET open = 0");
}

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
        database.Execute("UPDATE store SET crashes = crashes + open, open = 1");
        using var read = database.Prepare("SELECT crashes, last_id FROM store");
        read.Step();
        return new StoreState((int)read.Number(0), read.IsNull(1) ? null : read.Id(1));
    }

    public static void Close(Database database) => database.Execute("UPDATE store SET open = 0");
}

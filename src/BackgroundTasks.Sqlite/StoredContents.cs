namespace BackgroundTasks.Sqlite;

/// <summary>Reads what a file holds when it is opened: the tasks that are not ended, and of the others the counts.</summary>
internal static class StoredContents
{
    /// <summary>
    /// By how much the version of a task rises for each crash since it was written: its clients may have seen two changes that were owed,
    /// and a version never shows two different contents.
    /// </summary>
    private const int VersionsPerCrash = 3;

    public static JournalContents Read(Database database, StoreState state, JournalTables tables, DamagedRows damaged) =>
        new(ReadActive(database, state, tables.Active, damaged), ReadCounts(database), state.LastId) { Paused = ReadPaused(database) };

    /// <summary>
    /// The keys of the finished tasks: by their index, or if a page of that is damaged, by the rows. Not in a transaction: SQLite stores none that has met damage.
    /// </summary>
    public static FinishedKeys ReadKeys(Database database, DamagedRows damaged)
    {
        try
        {
            return ReadKeys(database, "INDEXED BY finished_keys");
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            var keys = ReadKeys(database, "NOT INDEXED");
            damaged.TellOfKeys();
            return keys;
        }
    }

    private static List<BackgroundTask> ReadActive(Database database, StoreState state, ActiveTable table, DamagedRows damaged)
    {
        var tasks = new List<BackgroundTask>();
        using var row = database.Prepare(
            $"""
            SELECT active.seq, id, state, version, crashes, standing, type, queue, created, submission,
              CASE WHEN length(payloads.payload) > {BackgroundTaskSubmission.LongestPayloadAtHand} THEN NULL ELSE coalesce(active.payload, payloads.payload) END,
              coalesce(length(payloads.payload), 0) > {BackgroundTaskSubmission.LongestPayloadAtHand}
            FROM active LEFT JOIN payloads ON active.payload IS NULL AND payloads.seq = active.seq ORDER BY active.seq
            """);
        while (row.Step())
        {
            if (row.Bytes(1).Length == 16 && !table.TryRemember(row.Id(1), row.Number(0)))
            {
                damaged.SetAside(row.Number(0), DamagedRows.NameOf(row, 1), "another row has the same id");
            }
            else if (TryReadActive(row, state, damaged) is { } task)
            {
                tasks.Add(task);
                table.Remember(task, row.Number(0));
            }
        }

        return tasks;
    }

    /// <summary>Null for a row that is damaged: its task is set aside, and the others are run.</summary>
    private static BackgroundTask? TryReadActive(Statement row, StoreState state, DamagedRows damaged)
    {
        try
        {
            return ReadActive(row, state);
        }
        catch (Exception exception) when (SqliteFault.IsOfUnreadableRow(exception))
        {
            damaged.SetAside(row.Number(0), DamagedRows.NameOf(row, 1), exception.Message);
            return null;
        }
    }

    private static BackgroundTask ReadActive(Statement row, StoreState state)
    {
        if (row.Number(2) is < (int)BackgroundTaskState.Scheduled or > (int)BackgroundTaskState.Running)
            throw new FormatException($"No active task has the state {row.Number(2)}.");
        if (row.Number(3) < 1)
            throw new FormatException($"No task has the version {row.Number(3)}.");
        if (row.IsNull(10) && row.Number(11) == 0)
            throw new FormatException("Its payload is missing.");
        var crashesSince = Math.Max(0, state.Crashes - (int)row.Number(4));
        var submission = SubmissionText.Read(row.Bytes(9), row.Id(1), Shared(row.Text(6)), Shared(row.Text(7)), new(row.Number(8), TimeSpan.Zero), row.Bytes(10).ToArray(), row.Number(11) != 0);
        var columns = new StandingColumns(submission, (BackgroundTaskState)row.Number(2), row.Number(3) + (VersionsPerCrash * crashesSince), null, []);
        var task = StandingText.Read(row.Bytes(5), columns, crashesSince);
        if (task is { State: BackgroundTaskState.Scheduled, ScheduledFor: null })
            throw new FormatException("It is scheduled and has no time.");
        return task;
    }

    /// <summary>There are few types and queues: one string for each.</summary>
    private static string Shared(string name) => string.Intern(name);

    private static List<QueueCounts> ReadCounts(Database database)
    {
        var counts = new List<QueueCounts>();
        using var row = database.Prepare("SELECT queue, succeeded, failed, canceled FROM counts");
        while (row.Step())
            counts.Add(new QueueCounts(row.Text(0), 0, 0, 0, row.Number(1), row.Number(2), row.Number(3)));
        return counts;
    }

    private static FinishedKeys ReadKeys(Database database, string by)
    {
        var keys = new FinishedKeys();
        using var row = database.Prepare($"SELECT number, idempotency_key FROM finished {by} WHERE idempotency_key IS NOT NULL");
        while (row.Step())
            keys.Remember(row.Text(1), row.Number(0));
        return keys;
    }

    private static List<string> ReadPaused(Database database)
    {
        var queues = new List<string>();
        using var row = database.Prepare("SELECT queue FROM paused");
        while (row.Step())
            queues.Add(row.Text(0));
        return queues;
    }
}

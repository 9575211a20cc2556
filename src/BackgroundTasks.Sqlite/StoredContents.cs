using SQLitePCL;

namespace BackgroundTasks.Sqlite;

/// <summary>Reads what a file holds when it is opened: the tasks that are not ended, and of the others the counts.</summary>
internal static class StoredContents
{
    /// <summary>
    /// By how much the version of a task rises for each crash since it was written: its clients may have seen two changes that were owed,
    /// and a version never shows two different contents.
    /// </summary>
    private const int VersionsPerCrash = 3;

    public static JournalContents Read(Database database, StoreState state, ActiveTable table) =>
        new(ReadActive(database, state, table), ReadCounts(database), state.LastId) { Paused = ReadPaused(database) };

    private static List<BackgroundTask> ReadActive(Database database, StoreState state, ActiveTable table)
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
            tasks.Add(ReadActive(row, state, database.Path));
            table.Remember(tasks[^1], row.Number(0));
        }

        return tasks;
    }

    private static BackgroundTask ReadActive(Statement row, StoreState state, string path)
    {
        try
        {
            var crashesSince = state.Crashes - (int)row.Number(4);
            var submission = SubmissionText.Read(row.Bytes(9), row.Id(1), Shared(row.Text(6)), Shared(row.Text(7)), new(row.Number(8), TimeSpan.Zero), row.Bytes(10).ToArray(), row.Number(11) != 0);
            var columns = new StandingColumns(submission, (BackgroundTaskState)row.Number(2), row.Number(3) + (VersionsPerCrash * crashesSince), null, []);
            return StandingText.Read(row.Bytes(5), columns, crashesSince);
        }
        catch (Exception exception) when (SqliteFault.IsOfUnreadableRow(exception))
        {
            throw SqliteFault.Of(raw.SQLITE_CORRUPT, exception.Message, path);
        }
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

    private static List<string> ReadPaused(Database database)
    {
        var queues = new List<string>();
        using var row = database.Prepare("SELECT queue FROM paused");
        while (row.Step())
            queues.Add(row.Text(0));
        return queues;
    }
}

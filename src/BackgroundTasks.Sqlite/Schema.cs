namespace BackgroundTasks.Sqlite;

/// <summary>
/// The schema, and how a file comes to it: one step a version, each applied once, all in one transaction.
/// The file keeps its version in <c>user_version</c>, and whose file it is in <c>application_id</c>.
/// </summary>
internal sealed class Schema(params IReadOnlyList<string> steps)
{
    /// <summary>"BgTk" in ASCII.</summary>
    private const int ApplicationId = 0x4267546B;

    /// <summary>
    /// active: what is not ended, in the order of acceptance. finished: what is, in the order of its end, so that the retention removes from the front;
    /// found by its state and id, which is also the order of lists. payloads: those too long to be rewritten with each change of their task.
    /// Ids are 16 bytes, times ticks of 100 ns in UTC, states 0 to 5: scheduled, queued, running, succeeded, failed, canceled.
    /// crashes: how many unclean ends the store had seen when the row was written.
    /// finished_keys: the keys in the order of the end, as they are written and as they are read at the start (<see cref="FinishedKeys"/>).
    /// stray: 1 if the time in the id is not that of the creation (<see cref="BackgroundTaskIds.IsStray"/>), else null: a list by time of creation looks at these too.
    /// </summary>
    public static Schema Current { get; } = new(
        """
        CREATE TABLE active (
          seq INTEGER PRIMARY KEY, id BLOB NOT NULL, state INTEGER NOT NULL, version INTEGER NOT NULL, crashes INTEGER NOT NULL, standing TEXT NOT NULL,
          type TEXT NOT NULL, queue TEXT NOT NULL, created INTEGER NOT NULL, submission TEXT NOT NULL, payload BLOB);
        CREATE TABLE finished (
          number INTEGER PRIMARY KEY, seq INTEGER NOT NULL, id BLOB NOT NULL, state INTEGER NOT NULL, version INTEGER NOT NULL,
          type TEXT NOT NULL, queue TEXT NOT NULL, created INTEGER NOT NULL, finished INTEGER, idempotency_key TEXT,
          standing TEXT NOT NULL, submission TEXT NOT NULL, payload BLOB, result BLOB);
        CREATE UNIQUE INDEX finished_by_state ON finished (state, id);
        CREATE INDEX finished_by_key ON finished (idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE TABLE payloads (seq INTEGER PRIMARY KEY, payload BLOB NOT NULL);
        CREATE TABLE counts (queue TEXT PRIMARY KEY, succeeded INTEGER NOT NULL, failed INTEGER NOT NULL, canceled INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE paused (queue TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE store (one INTEGER PRIMARY KEY CHECK (one = 1), open INTEGER NOT NULL, crashes INTEGER NOT NULL, last_id BLOB);
        INSERT INTO store VALUES (1, 0, 0, NULL);
        """,
        """
        ALTER TABLE finished ADD COLUMN stray INTEGER;
        UPDATE finished SET stray = 1
          WHERE hex(substr(id, 1, 6)) NOT BETWEEN printf('%012X', (created - 621355968000000000) / 10000 - 1000) AND printf('%012X', (created - 621355968000000000) / 10000 + 1000);
        CREATE INDEX finished_strays ON finished (state, id) WHERE stray IS NOT NULL;
        """,
        """
        DROP INDEX finished_by_key;
        CREATE INDEX finished_keys ON finished (number, idempotency_key) WHERE idempotency_key IS NOT NULL;
        """);

    public IReadOnlyList<string> Steps => steps;

    public int Version => steps.Count;

    /// <summary>Fills a new file.</summary>
    /// <param name="database">The file, in which there is nothing.</param>
    public void Create(Database database)
    {
        // Nothing to go back to: a file that does not get whole is thrown away.
        database.Execute("PRAGMA journal_mode = MEMORY");
        database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        database.Execute("BEGIN IMMEDIATE");
        Step(database, from: 0);
        database.Execute($"PRAGMA application_id = {ApplicationId}");
        database.Execute("COMMIT");
    }

    /// <summary>Brings a file to this schema.</summary>
    /// <param name="database">A file that is not new.</param>
    /// <returns>The version it had.</returns>
    public long Apply(Database database)
    {
        var version = database.Number("PRAGMA user_version");
        var owner = database.Number("PRAGMA application_id");
        if (owner == 0 && version == 0 && database.Number("SELECT COUNT(*) FROM sqlite_schema") == 0)
            throw new BackgroundTaskStoreException($"'{database.Path}' is an SQLite file without any table: another program has made it. Put a backup in its place, or delete it to begin without any tasks.");
        if (owner != ApplicationId)
            throw new BackgroundTaskStoreException($"'{database.Path}' is an SQLite file of another program. Give the tasks a file of their own.");
        if (version < 1)
            throw new BackgroundTaskStoreException($"'{database.Path}' is damaged: its schema (user_version) is {version}, and no version of this program writes that. Put a backup in its place, or move it away to begin without any tasks. Nothing was overwritten.");
        if (version > Version)
            throw new BackgroundTaskStoreException($"'{database.Path}' was written by a newer version of this program: its schema is {version}, and {Version} is known here. Run that version, or give the tasks another file.");

        // A new file has no log yet, and some of SQLite's tools make copies without it.
        database.Execute("PRAGMA journal_mode = WAL");
        if (version == Version)
            return version;

        database.Execute("BEGIN IMMEDIATE");
        Step(database, (int)version);
        database.Execute("COMMIT");
        return version;
    }

    private void Step(Database database, int from)
    {
        for (var step = from; step < Version; step++)
        {
            foreach (var statement in steps[step].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                database.Execute(statement);
        }

        database.Execute($"PRAGMA user_version = {Version}");
    }
}

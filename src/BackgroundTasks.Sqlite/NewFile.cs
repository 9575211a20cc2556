namespace BackgroundTasks.Sqlite;

/// <summary>
/// Makes the file of a new store under another name, and gives it its own once the schema is committed. So a file that holds nothing is never the
/// work of a start that did not get to its end: it is damage.
/// </summary>
internal static class NewFile
{
    private const string Suffix = "-new";
    private const string Log = "-wal";

    /// <summary>Makes the file if there is none.</summary>
    /// <param name="file">The file itself.</param>
    /// <param name="options">The settings, whose path messages name.</param>
    /// <param name="schema">The schema that the file is to have.</param>
    /// <exception cref="BackgroundTaskStoreException">The file is empty, or its log lies there without it.</exception>
    public static void MakeIfMissing(string file, SqliteStoreOptions options, Schema schema)
    {
        try
        {
            RemoveLeftOver(file);
            if (new FileInfo(file) is { Exists: true, Length: var length })
            {
                if (length == 0)
                    throw new BackgroundTaskStoreException($"'{options.Path}' is empty: another program has cut it off or made it. Put a backup in its place, or delete it together with its -wal and -shm to begin without any tasks.");
                return;
            }

            if (new FileInfo(file + Log) is { Exists: true, Length: > 0 })
                throw new BackgroundTaskStoreException($"'{options.Path}' is missing, but its -wal is there, which holds tasks of it. Put the file back beside its -wal, or move the -wal away to begin without any tasks.");
            Make(file, options, schema);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BackgroundTaskStoreException($"'{options.Path}' cannot be made: {exception.Message} Let this process write to its folder, then start the service again.", exception);
        }
    }

    private static void Make(string file, SqliteStoreOptions options, Schema schema)
    {
        try
        {
            using (var database = new Database(options, creates: true, file + Suffix))
                schema.Create(database);
            File.Move(file + Suffix, file, overwrite: false);
        }
        catch
        {
            RemoveLeftOver(file);
            throw;
        }
    }

    /// <summary>What a start that did not get to its end has left.</summary>
    private static void RemoveLeftOver(string file)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["", "-journal", "-wal", "-shm"])
            File.Delete(file + Suffix + suffix);
    }
}

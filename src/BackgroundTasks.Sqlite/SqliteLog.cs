using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Sqlite;

/// <summary>Every log line of the SQLite store. No payloads, no text of clients.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(300, LogLevel.Information, "'{Path}' is open: {Active} active and {Ended} finished tasks", EventName = "StoreOpened")]
    public static partial void Opened(ILogger logger, string path, int active, long ended);

    [LoggerMessage(301, LogLevel.Warning, "The process before this one did not close '{Path}': what it ran is queued again", EventName = "StoreWasNotClosed")]
    public static partial void WasNotClosed(ILogger logger, string path);

    [LoggerMessage(302, LogLevel.Information, "'{Path}' was brought from schema {From} to {To}", EventName = "StoreMigrated")]
    public static partial void Migrated(ILogger logger, string path, int from, int to);

    [LoggerMessage(303, LogLevel.Error, "Tasks cannot be stored: {Reason} What is submitted is refused; it is tried again every second", EventName = "CannotWrite")]
    public static partial void CannotWrite(ILogger logger, string reason, Exception exception);

    [LoggerMessage(304, LogLevel.Information, "Tasks are stored again in '{Path}'", EventName = "CanWriteAgain")]
    public static partial void CanWriteAgain(ILogger logger, string path);

    [LoggerMessage(305, LogLevel.Warning, "A transaction that failed could not be rolled back; SQLite does so when the file is used next", EventName = "RollbackFailed")]
    public static partial void RollbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(307, LogLevel.Warning, "It could not be stored that '{Path}' is closed: the next process takes it as one that crashed", EventName = "CloseNotStored")]
    public static partial void CloseNotStored(ILogger logger, string path, Exception? exception);

    [LoggerMessage(306, LogLevel.Warning, "The write-ahead log could not be brought into the file; it is tried again", EventName = "CheckpointFailed")]
    public static partial void CheckpointFailed(ILogger logger, Exception exception);

    [LoggerMessage(308, LogLevel.Error, "Row {Row} of the table finished in '{Path}' is damaged and skipped ({Reason}): the record of task {Id}. All others are served. Put it right with sqlite3, or delete it", EventName = "FinishedRowSkipped")]
    public static partial void FinishedRowSkipped(ILogger logger, string path, long row, string id, string reason);

    [LoggerMessage(309, LogLevel.Error, "Row {Row} of the table active in '{Path}' is damaged and set aside ({Reason}): task {Id} is not run. It stays in the file; stop the service to put it right with sqlite3, or to delete it", EventName = "ActiveRowSetAside")]
    public static partial void ActiveRowSetAside(ILogger logger, string path, long row, string id, string reason);

    [LoggerMessage(311, LogLevel.Error, "The payload of task {Id} in '{Path}' lies on a damaged page: the task fails when it is to run. Submit it again, or put a backup of the file in its place", EventName = "PayloadDamaged")]
    public static partial void PayloadDamaged(ILogger logger, string path, string id);

    [LoggerMessage(314, LogLevel.Error, "A change of task {Id} that nobody waits for cannot be stored and is given up. The task goes on; after a crash it is as it was before that change", EventName = "OwedChangeGivenUp")]
    public static partial void OwedChangeGivenUp(ILogger logger, string id, Exception exception);

    [LoggerMessage(312, LogLevel.Error, "Row {Row} of the table finished in '{Path}' cannot be removed for a damaged page: the record of task {Id} stays until the file is mended. All others are removed at their time. Put a backup in its place, or what is left of it: sqlite3 moved.db .recover", EventName = "FinishedRowLeft")]
    public static partial void FinishedRowLeft(ILogger logger, string path, long row, string id);

    [LoggerMessage(313, LogLevel.Warning, "'{Path}' gives no space back to the disk for a damaged page, until the next start; new tasks use it", EventName = "FreeSpaceKept")]
    public static partial void FreeSpaceKept(ILogger logger, string path);

    [LoggerMessage(315, LogLevel.Error, "A page of the index finished_keys in '{Path}' is damaged: the idempotency keys are read from the rows, which takes longer. Put a backup in its place, or what is left of it: sqlite3 moved.db .recover", EventName = "KeysDamaged")]
    public static partial void KeysDamaged(ILogger logger, string path);

    [LoggerMessage(310, LogLevel.Error, "More than {Most} rows of '{Path}' are damaged: no more of them are named. Put a backup in its place, or what is left of it: sqlite3 moved.db .recover", EventName = "ManyRowsDamaged")]
    public static partial void ManyRowsDamaged(ILogger logger, int most, string path);
}

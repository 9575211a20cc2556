namespace BackgroundTasks.Tests.Sqlite.Faults;

/// <summary>What SQLite asks of its file system that may fail.</summary>
internal enum VfsOperation
{
    Open,
    Read,
    Write,
    Truncate,
    Sync,
}

/// <summary>One call of SQLite's to its file system.</summary>
/// <param name="Number">The how-manieth it is, from 1.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Path">The file.</param>
internal readonly record struct VfsCall(int Number, VfsOperation Operation, string Path)
{
    public bool IsOfLog => Path.EndsWith("-wal", StringComparison.Ordinal);
}

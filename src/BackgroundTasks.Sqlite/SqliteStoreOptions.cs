namespace BackgroundTasks;

/// <summary>The settings of the SQLite store.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>The file.</summary>
    public string Path { get; set; } = "tasks.db";

    /// <summary>What an accepted task survives; <see cref="SqliteDurability.Full"/> by default.</summary>
    public SqliteDurability Durability { get; set; } = SqliteDurability.Full;

    /// <summary>The file system that SQLite writes through; null: its own.</summary>
    internal string? Vfs { get; set; }

    /// <summary>How long a write waits for another program that has locked the file, before it is refused.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);
}

using BackgroundTasks.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A folder with SQLite files, deleted at the end.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("background-tasks-").FullName;

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>A file that is not there yet.</summary>
    public string NewFile() => this[$"{Guid.NewGuid():N}.db"];

    public static SqliteJournal Journal(string path, SqliteDurability durability = SqliteDurability.Normal, string? vfs = null, Schema? schema = null, TimeProvider? time = null) =>
        new(Options.Create(new SqliteStoreOptions { Path = path, Durability = durability, Vfs = vfs }), time ?? TimeProvider.System, NullLogger<SqliteJournal>.Instance)
        {
            Schema = schema ?? Schema.Current,
        };

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

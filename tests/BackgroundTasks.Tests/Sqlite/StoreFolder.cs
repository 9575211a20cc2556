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

    /// <summary>The files of a store as they are now, as a crash of its process leaves them, under another name.</summary>
    public string Copy(string path) => Put(new[] { "", "-wal" }.Where(suffix => File.Exists(path + suffix)).ToDictionary(suffix => suffix, suffix => File.ReadAllBytes(path + suffix)));

    /// <summary>A new store of these files, by their suffixes.</summary>
    public string Put(IReadOnlyDictionary<string, byte[]> files)
    {
        var path = NewFile();
        foreach (var (suffix, content) in files)
            File.WriteAllBytes(path + suffix, content);
        return path;
    }

    public static SqliteJournal Journal(string path, SqliteDurability durability = SqliteDurability.Normal, string? vfs = null, Schema? schema = null, TimeProvider? time = null) =>
        new(Options.Create(new SqliteStoreOptions { Path = path, Durability = durability, Vfs = vfs }), time ?? TimeProvider.System, NullLogger<SqliteJournal>.Instance)
        {
            Schema = schema ?? Schema.Current,
        };

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

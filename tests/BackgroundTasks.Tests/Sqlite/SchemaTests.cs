using BackgroundTasks.Sqlite;
using BackgroundTasks.Tests.Stores;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>The schema, the way from an older one, and a file that is newer than the program.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_older_file_is_migrated_and_keeps_its_tasks()
    {
        var path = _folder.NewFile();
        var (queued, ended) = await FillAsync(path);
        var next = new Schema([.. Steps, "ALTER TABLE active ADD COLUMN owner TEXT; CREATE TABLE owners (name TEXT PRIMARY KEY)"]);

        await using var migrated = await SqliteStore.OpenAsync(path, schema: next);

        TaskAssert.Same(queued, await migrated.Tasks.FindAsync(queued.Id, default));
        TaskAssert.Same(ended, await migrated.Tasks.FindAsync(ended.Id, default));
        await migrated.Events.Of("StoreMigrated");
        Assert.Equal(4, StoredFile.Number(path, "PRAGMA user_version"));
        Assert.Equal(0, StoredFile.Number(path, "SELECT COUNT(owner) FROM active"));
    }

    [Fact]
    public async Task A_file_that_knows_no_strays_is_told_them()
    {
        var path = _folder.NewFile();
        Guid usual, stray;
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            usual = (await store.SucceedAsync(await store.AddAsync())).Id;
            stray = Guid.NewGuid();
            await store.SucceedAsync(await store.AddAsync(BackgroundTask.Create(new() { Id = stray, Type = "t", Queue = "default", CreatedAt = store.Samples.Now })));
        }

        StoredFile.Execute(path, WithoutKeys + "DROP INDEX finished_strays; ALTER TABLE finished DROP COLUMN stray; PRAGMA user_version = 1");
        await using var migrated = await SqliteStore.OpenAsync(path);

        Assert.Equal([Convert.ToHexString(stray.ToByteArray(bigEndian: true))], StoredFile.Texts(path, "SELECT hex(id) FROM finished WHERE stray IS NOT NULL"));
        Assert.Equal(
            new[] { stray, usual }.ToHashSet(),
            (await migrated.Tasks.ListAsync(new() { CreatedAfter = migrated.Samples.Now, CreatedBefore = migrated.Samples.Now.AddTicks(1) }, default)).Tasks.Select(task => task.Id).ToHashSet());
    }

    [Fact]
    public async Task The_keys_of_a_file_of_version_2_are_known_after_its_migration()
    {
        var path = _folder.NewFile();
        Guid first;
        await using (var store = await SqliteStore.OpenAsync(path))
            first = (await store.SucceedAsync(await store.AddAsync(store.Samples.Queued(key: "k")))).Id;
        StoredFile.Execute(path, WithoutKeys + "PRAGMA user_version = 2");

        await using var migrated = await SqliteStore.OpenAsync(path);

        var result = await migrated.Tasks.AddAsync(migrated.Samples.Queued(key: "k"), 10, default);
        Assert.Equal((AddOutcome.SameIdempotencyKey, first), (result.Outcome, result.Existing?.Id));
        Assert.Equal(AddOutcome.Added, (await migrated.Tasks.AddAsync(migrated.Samples.Queued(key: "l"), 10, default)).Outcome);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_file_at_its_version()
    {
        var path = _folder.NewFile();
        var (queued, _) = await FillAsync(path);
        var before = StoredFile.Hash(path);
        var broken = new Schema([.. Steps, "CREATE TABLE owners (name TEXT)", "INSERT INTO nowhere VALUES (1)"]);

        await SqliteStore.RefusalOfAsync(path, schema: broken);

        Assert.Equal(before, StoredFile.Hash(path));
        await using var store = await SqliteStore.OpenAsync(path);
        TaskAssert.Same(queued, await store.Tasks.FindAsync(queued.Id, default));
    }

    [Fact]
    public async Task A_first_step_that_fails_leaves_a_file_that_can_be_opened()
    {
        var path = _folder.NewFile();
        await SqliteStore.RefusalOfAsync(path, schema: new Schema("CREATE TABLE a (b); INSERT INTO nowhere VALUES (1)"));

        await using var store = await SqliteStore.OpenAsync(path);

        await store.AddAsync();
    }

    [Theory]
    [InlineData("PRAGMA user_version = 1", "duplicate column name: stray")]
    [InlineData("DROP TABLE payloads", "no such table: payloads")]
    public async Task A_file_with_other_tables_is_refused_with_what_to_do_and_left_as_it_is(string damage, string detail)
    {
        var path = _folder.NewFile();
        await FillAsync(path);
        StoredFile.Execute(path, damage);
        var before = StoredFile.Hash(path);

        var refusal = await SqliteStore.RefusalOfAsync(path);

        Assert.Contains(detail, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Put a backup in its place", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, StoredFile.Hash(path));
    }

    [Fact]
    public async Task A_newer_file_is_refused_and_left_as_it_is()
    {
        var path = _folder.NewFile();
        await FillAsync(path);
        StoredFile.Execute(path, "PRAGMA user_version = 7");
        var before = StoredFile.Hash(path);

        var refusal = await SqliteStore.RefusalOfAsync(path);

        Assert.Contains("newer version of this program: its schema is 7, and 3 is known", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, StoredFile.Hash(path));
    }

    [Fact]
    public async Task A_copy_that_a_tool_made_without_a_log_is_opened_with_one()
    {
        var path = _folder.NewFile();
        var (queued, _) = await FillAsync(path);
        var copy = _folder.NewFile();
        StoredFile.Execute(path, $"VACUUM INTO '{copy}'");
        Assert.Equal("delete", StoredFile.Text(copy, "PRAGMA journal_mode"));

        await using var store = await SqliteStore.OpenAsync(copy);

        Assert.Equal("wal", StoredFile.Text(copy, "PRAGMA journal_mode"));
        TaskAssert.Same(queued, await store.Tasks.FindAsync(queued.Id, default));
    }

    [Fact]
    public async Task The_names_in_the_file_are_these()
    {
        var path = _folder.NewFile();
        await FillAsync(path);

        Assert.Equal(
            [
                "active: seq id state version crashes standing type queue created submission payload",
                "counts: queue succeeded failed canceled",
                "finished: number seq id state version type queue created finished idempotency_key standing submission payload result stray",
                "paused: queue",
                "payloads: seq payload",
                "store: one open crashes last_id",
            ],
            StoredFile.Texts(path, "SELECT name || ': ' || (SELECT group_concat(name, ' ') FROM pragma_table_info(tables.name)) FROM sqlite_schema AS tables WHERE type = 'table' ORDER BY name"));
        Assert.Equal(["finished_by_state", "finished_keys", "finished_strays"], StoredFile.Texts(path, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"));
        Assert.Equal(0x4267546B, StoredFile.Number(path, "PRAGMA application_id"));
        Assert.Equal(3, StoredFile.Number(path, "PRAGMA user_version"));
        Assert.Equal(2, StoredFile.Number(path, "PRAGMA auto_vacuum"));
    }

    /// <summary>Brings a file back to version 2.</summary>
    private const string WithoutKeys = "DROP INDEX finished_keys; CREATE INDEX finished_by_key ON finished (idempotency_key) WHERE idempotency_key IS NOT NULL; ";

    private static IReadOnlyList<string> Steps => Schema.Current.Steps;

    private static async Task<(BackgroundTask Queued, BackgroundTask Ended)> FillAsync(string path)
    {
        await using var store = await SqliteStore.OpenAsync(path);
        return (await store.AddAsync(store.Samples.Queued(payload: 900)), await store.SucceedAsync(await store.AddAsync()));
    }
}

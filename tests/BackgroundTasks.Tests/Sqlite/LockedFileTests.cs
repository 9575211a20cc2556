using Microsoft.Data.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A file that another program has locked, and one that another store has.</summary>
public sealed class LockedFileTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_write_is_refused_while_another_program_has_locked_the_file_and_works_after_it()
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path, patience: TimeSpan.FromMilliseconds(50));
        await using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        var transaction = other.BeginTransaction(deferred: false);

        var refusal = await Assert.ThrowsAnyAsync<BackgroundTaskStoreException>(() => store.AddAsync());
        Assert.Contains("Another program has locked", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(refusal.Message, await store.FaultAsync());
        await transaction.RollbackAsync();

        await store.AddAsync();
        Assert.Null(await store.FaultAsync());
    }

    [Fact]
    public async Task A_write_waits_for_a_program_that_locks_the_file_for_a_moment()
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path, patience: TimeSpan.FromMinutes(1));
        await using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        var transaction = other.BeginTransaction(deferred: false);

        var adding = store.AddAsync();
        await transaction.RollbackAsync();

        await adding.WaitAsync(TaskHost.Guard);
    }

    [Fact]
    public async Task A_pause_whose_caller_has_given_up_holds_here_where_it_is_kept()
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path, patience: TimeSpan.FromMinutes(1));
        await using var other = new SqliteConnection($"Data Source={path};Pooling=False");
        other.Open();
        var transaction = other.BeginTransaction(deferred: false);
        using var caller = new CancellationTokenSource();

        var pausing = store.Tasks.SetPausedAsync("default", true, caller.Token).AsTask();
        await caller.CancelAsync();
        await transaction.RollbackAsync();
        await Record.ExceptionAsync(() => pausing.WaitAsync(TaskHost.Guard));
        await store.AddAsync();

        Assert.Equal(1, StoredFile.Number(path, "SELECT COUNT(*) FROM paused"));
        Assert.True(Assert.Single((await store.Tasks.GetOverviewAsync(default)).Queues).Paused);
    }

    [Fact]
    public async Task A_file_has_one_store_at_a_time()
    {
        var path = _folder.NewFile();
        await using (await SqliteStore.OpenAsync(path))
            Assert.Contains("one process a file", (await SqliteStore.RefusalOfAsync(path)).Message, StringComparison.Ordinal);

        await using var next = await SqliteStore.OpenAsync(path);
    }

    [Fact]
    public async Task A_second_store_that_was_refused_does_not_disturb_the_first()
    {
        var path = _folder.NewFile();
        await using (var first = await SqliteStore.OpenAsync(path))
        {
            await SqliteStore.RefusalOfAsync(path);
            await first.AddAsync();
        }

        await using var next = await SqliteStore.OpenAsync(path);
        Assert.False(Assert.Single((await next.Tasks.ListAsync(new BackgroundTaskFilter(), default)).Tasks).Survived);
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        var refusal = await SqliteStore.RefusalOfAsync(Path.Combine(_folder["missing"], "tasks.db"));

        Assert.Contains("Make its folder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_no_file()
    {
        var path = _folder.NewFile();
        Directory.CreateDirectory(path);

        var refusal = await SqliteStore.RefusalOfAsync(path);

        Assert.Contains("is a folder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_a_store_has_is_refused_by_another_of_its_names_too()
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path);
        var link = _folder["link.db"];
        File.CreateSymbolicLink(link, path);

        var refusal = await SqliteStore.RefusalOfAsync(link);

        Assert.Contains("Another process uses the tasks", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_a_store_has_is_refused_by_a_hard_link_to_it_too_and_the_first_store_goes_on()
    {
        var path = _folder.NewFile();
        await using var store = await SqliteStore.OpenAsync(path);
        var link = _folder["hard.db"];
        using (var linking = System.Diagnostics.Process.Start("ln", [path, link]))
            await linking.WaitForExitAsync();

        var refusal = await SqliteStore.RefusalOfAsync(link);

        Assert.Contains("Another process uses the tasks", refusal.Message, StringComparison.Ordinal);
        await store.AddAsync();
        await using var reader = new SqliteConnection($"Data Source={path};Pooling=False");
        reader.Open();
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM active";
        Assert.Equal(1L, command.ExecuteScalar());
    }

    [Fact]
    public async Task A_link_to_a_file_that_is_not_there_yet_makes_it_where_the_link_points()
    {
        var path = _folder.NewFile();
        var link = _folder["link.db"];
        File.CreateSymbolicLink(link, path);

        await using var store = await SqliteStore.OpenAsync(link);

        await store.AddAsync();
        Assert.True(File.Exists(path));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }
}

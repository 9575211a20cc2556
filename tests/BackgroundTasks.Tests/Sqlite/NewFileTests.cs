using BackgroundTasks.Tests.Sqlite.Faults;
using SQLitePCL;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A new file is there whole or not at all, whatever happens while it is made.</summary>
public sealed class NewFileTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FaultyFileSystem _system = new();

    public void Dispose()
    {
        _system.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_start_that_fails_at_any_call_of_the_file_system_leaves_the_next_one_to_work()
    {
        for (var failing = 1; ; failing++)
        {
            var path = _folder.NewFile();
            var first = _system.Calls + failing;
            _system.Answer = call => call.Number >= first ? FaultyFileSystem.BrokenDisk(call) : raw.SQLITE_OK;
            var opened = await Record.ExceptionAsync(async () => await (await SqliteStore.OpenAsync(path, vfs: _system.Name)).DisposeAsync());
            var calls = _system.Calls;
            _system.Lift();
            Assert.True(opened is null or BackgroundTaskStoreException, $"{opened}");
            if (calls < first)
                break;

            await using (var store = await SqliteStore.OpenAsync(path, vfs: _system.Name))
                await store.AddAsync();
            Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!, "*-new*"));
            StoredFile.AssertWhole(path);
        }
    }

    [Theory]
    [InlineData("-new")]
    [InlineData("-new-journal")]
    public async Task What_a_start_that_was_killed_has_left_is_removed(string suffix)
    {
        var path = _folder.NewFile();
        File.WriteAllText(path + suffix, "the half of a file");

        await using var store = await SqliteStore.OpenAsync(path);

        await store.AddAsync();
        Assert.False(File.Exists(path + suffix));
    }

    [Fact]
    public async Task A_start_on_a_full_disk_says_what_to_do_before_the_next_start()
    {
        var path = _folder.NewFile();
        _system.Answer = FaultyFileSystem.FullDisk;

        var refusal = await SqliteStore.RefusalOfAsync(path, vfs: _system.Name);

        Assert.Equal($"The disk of '{path}' is full. Make room on it, then start the service again.", refusal.Message);
        Assert.False(File.Exists(path));
    }
}

using System.Runtime.Versioning;
using BackgroundTasks.Api.Hosting;
using BackgroundTasks.Api.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Api.Tests;

public sealed class DataDirectoryTests : IDisposable
{
    private const UnixFileMode ForUser = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ForAll = ForUser | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_configured_folder_is_made()
    {
        var path = Path.Combine(_folder.Path, "some", "data");
        Assert.Equal(path, Open(path).Path);
        Assert.True(Directory.Exists(path));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_stops_the_start_with_the_settings_name()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        var refusal = Assert.Throws<InvalidOperationException>(() => Open(file));
        Assert.StartsWith($"BackgroundTasks:DataDirectory is {file}, which cannot be created", refusal.Message, StringComparison.Ordinal);
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public void A_folder_that_is_made_is_for_its_user_alone_and_one_that_is_there_keeps_its_mode()
    {
        var shared = Directory.CreateDirectory(Path.Combine(_folder.Path, "shared"), ForAll);
        File.SetUnixFileMode(shared.FullName, ForAll);

        Assert.False(Open(Path.Combine(_folder.Path, "some", "data")).IsOpenToOthers);
        Assert.Equal(ForUser, File.GetUnixFileMode(Path.Combine(_folder.Path, "some")));
        Assert.Equal(ForUser, File.GetUnixFileMode(Path.Combine(_folder.Path, "some", "data")));
        Assert.True(Open(shared.FullName).IsOpenToOthers);
        Assert.Equal(ForAll, File.GetUnixFileMode(shared.FullName));
    }

    [UnixFact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_others_can_look_into_is_told_once_at_the_start()
    {
        foreach (var (mode, warnings) in new[] { (ForAll, 1), (ForUser, 0) })
        {
            File.SetUnixFileMode(_folder.Path, mode);
            var log = new LogList<DataDirectoryCheck>();
            await new DataDirectoryCheck(_folder.Data, log).StartAsync(CancellationToken.None);
            Assert.Equal(warnings, log.Entries.Count(entry => entry.Level is LogLevel.Warning && entry.Message.Contains("chmod 700", StringComparison.Ordinal)));
        }
    }

    public void Dispose() => _folder.Dispose();

    private static DataDirectory Open(string path) => DataDirectory.Open(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("BackgroundTasks:DataDirectory", (string?)path)]).Build());
}

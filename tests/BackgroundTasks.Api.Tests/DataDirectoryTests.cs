using Microsoft.Extensions.Configuration;

namespace BackgroundTasks.Api.Tests;

public sealed class DataDirectoryTests : IDisposable
{
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

    public void Dispose() => _folder.Dispose();

    private static DataDirectory Open(string path) => DataDirectory.Open(
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("BackgroundTasks:DataDirectory", (string?)path)]).Build());
}

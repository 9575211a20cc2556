namespace BackgroundTasks.Api.Tests;

/// <summary>A data folder of a test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("background-tasks-").FullName;

    public DataDirectory Data => new(Path);

    /// <summary>How many bytes the files of a folder in it have.</summary>
    public long Bytes(string folder) =>
        new DirectoryInfo(System.IO.Path.Combine(Path, folder)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

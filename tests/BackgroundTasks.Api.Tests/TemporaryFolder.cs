namespace BackgroundTasks.Api.Tests;

/// <summary>A data folder of a test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("background-tasks-").FullName;

    public DataDirectory Data => new(Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

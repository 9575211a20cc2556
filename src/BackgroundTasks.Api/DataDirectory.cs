namespace BackgroundTasks.Api;

/// <summary>The folder in which the service keeps what must outlive it. It exists once there is an instance.</summary>
/// <param name="path">Absolute, or relative to the current folder.</param>
internal sealed class DataDirectory(string path)
{
    /// <summary>The setting that moves it; <c>data</c> under the current folder by default.</summary>
    public const string Setting = "BackgroundTasks:DataDirectory";

    /// <summary>The absolute path.</summary>
    public string Path { get; } = Create(System.IO.Path.GetFullPath(path));

    /// <summary>Whether every user of the machine can look into it. One that is made here is for the user of this process alone; one that was there keeps its mode.</summary>
    public bool IsOpenToOthers => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute)) != 0;

    /// <summary>The folder that the configuration names.</summary>
    /// <param name="configuration">The whole configuration.</param>
    public static DataDirectory Open(IConfiguration configuration) =>
        new(configuration[Setting] is { Length: > 0 } path ? path : "data");

    private static string Create(string path)
    {
        try
        {
            return PrivateFiles.CreateFolder(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"{Setting} is {path}, which cannot be created: {exception.Message} Name a folder that this process may write.",
                exception);
        }
    }
}

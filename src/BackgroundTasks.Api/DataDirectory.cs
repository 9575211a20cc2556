namespace BackgroundTasks.Api;

/// <summary>The folder in which the service keeps what must outlive it. It exists once there is an instance.</summary>
/// <param name="path">Absolute, or relative to the current folder.</param>
internal sealed class DataDirectory(string path)
{
    /// <summary>The setting that moves it; <c>data</c> under the current folder by default.</summary>
    public const string Setting = "BackgroundTasks:DataDirectory";

    /// <summary>The absolute path.</summary>
    public string Path { get; } = Create(System.IO.Path.GetFullPath(path));

    /// <summary>The folder that the configuration names.</summary>
    /// <param name="configuration">The whole configuration.</param>
    public static DataDirectory Open(IConfiguration configuration) =>
        new(configuration[Setting] is { Length: > 0 } path ? path : "data");

    private static string Create(string path)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                $"{Setting} is {path}, which cannot be created: {exception.Message} Name a folder that this process may write.",
                exception);
        }
    }
}

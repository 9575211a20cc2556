namespace BackgroundTasks.Api.Hosting;

/// <summary>What the service is started with.</summary>
internal static class StartArguments
{
    /// <summary>
    /// All settings are read at the start. Watching appsettings.json for changes would watch every file in and below its folder,
    /// and where the data folder lies there, each write to a task or a log would wake the watcher.
    /// </summary>
    /// <param name="given">The command line; it goes first.</param>
    public static string[] Of(string[] given) => ["--hostBuilder:reloadConfigOnChange=false", .. given];
}

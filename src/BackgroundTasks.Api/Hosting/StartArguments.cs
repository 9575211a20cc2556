namespace BackgroundTasks.Api.Hosting;

/// <summary>What the service is started with.</summary>
internal static class StartArguments
{
    /// <summary>What the platform reads from the command line beside the settings that are ours.</summary>
    private static readonly string[] Platform =
    [
        WebHostDefaults.ServerUrlsKey, WebHostDefaults.HttpPortsKey, WebHostDefaults.HttpsPortsKey, WebHostDefaults.EnvironmentKey, WebHostDefaults.ContentRootKey,
        WebHostDefaults.ApplicationKey, WebHostDefaults.WebRootKey, WebHostDefaults.DetailedErrorsKey, WebHostDefaults.CaptureStartupErrorsKey,
        WebHostDefaults.PreferHostingUrlsKey, WebHostDefaults.ShutdownTimeoutKey, WebHostDefaults.SuppressStatusMessagesKey, WebHostDefaults.StaticWebAssetsKey,
        WebHostDefaults.StartupAssemblyKey, WebHostDefaults.HostingStartupAssembliesKey, WebHostDefaults.HostingStartupExcludeAssembliesKey,
        WebHostDefaults.PreventHostingStartupKey, "https_port", "AllowedHosts", "Kestrel", "Logging", "Serilog", "hostBuilder",
    ];

    /// <summary>
    /// All settings are read at the start. Watching appsettings.json for changes would watch every file in and below its folder,
    /// and where the data folder lies there, each write to a task or a log would wake the watcher.
    /// </summary>
    /// <param name="given">The command line; it goes first.</param>
    public static string[] Of(string[] given) => ["--hostBuilder:reloadConfigOnChange=false", .. given];

    /// <summary>What is wrong with the command line: options that nobody reads, and such as have no value. It is read as the configuration reads it.</summary>
    /// <param name="given">The command line.</param>
    /// <param name="settings">The settings.</param>
    public static IEnumerable<string> FindUnknown(string[] given, KnownSettings settings)
    {
        for (var i = 0; i < given.Length; i++)
        {
            var argument = given[i];
            var prefix = argument.StartsWith("--", StringComparison.Ordinal) ? "--" : argument.StartsWith('/') ? "/" : "";
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = argument[prefix.Length..(equals < 0 ? argument.Length : equals)];
            if (prefix.Length == 0 && equals < 0)
            {
                yield return $"{argument} is not an option. An option begins with two hyphens: --urls http://localhost:5081. --help lists them all.";
                continue;
            }

            // What is below a section that is ours is checked with the other sources. The section alone says nothing; tools that hand a configuration over leave it empty.
            var root = name.Split(':')[0];
            var isSection = name == root && equals != argument.Length - 1;
            if (!Platform.Contains(root, StringComparer.OrdinalIgnoreCase) && (isSection || !settings.IsOurs(root)))
                yield return $"{prefix}{name} is not an option. The nearest one is --{settings.Nearest(name)}; --help lists them all.";
            if (equals < 0 && ++i == given.Length)
                yield return $"{argument} has no value. Give it one: {argument} <value>.";
        }
    }
}

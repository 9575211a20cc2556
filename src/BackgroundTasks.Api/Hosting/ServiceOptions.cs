namespace BackgroundTasks.Api.Hosting;

/// <summary>The settings of the service itself; they stand in the section <c>BackgroundTasks</c> beside those of the tasks.</summary>
internal sealed class ServiceOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "BackgroundTasks";

    /// <summary>The folder of <c>tasks.db</c>, logs, <c>notifications.log</c> and images; <c>data</c> in the working folder by default.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Where the tasks are kept: <c>Sqlite</c>, in a file of the data folder, by default; or <c>Memory</c>, as long as the process.</summary>
    public Storage Storage { get; set; }

    /// <summary>What an accepted task survives: <c>Full</c>, a loss of power too, by default; or <c>Normal</c>, a kill of the process.</summary>
    public SqliteDurability Durability { get; set; }

    /// <summary>Where the log goes as lines of JSON: <c>File</c>, in <c>logs</c> of the data folder, by default; or <c>StandardOutput</c>, for containers, in place of the console's text and the file.</summary>
    public JsonLogs JsonLogs { get; set; }

    /// <summary>Shows a line for each request on the console, as in the file; false by default: only requests that failed.</summary>
    public bool RequestsOnConsole { get; set; }

    /// <summary>How much one client may submit.</summary>
    public ClientLimitOptions ClientLimit { get; set; } = new();

    /// <summary>How many connections there may be at once; by default half of the file descriptors that the process may have, less 256.</summary>
    public long? MaxConnections { get; set; }

    /// <summary>The pages of other origins.</summary>
    public CorsOptions Cors { get; set; } = new();

    /// <summary>Reads what the logs need; the other members are read by those whom they concern.</summary>
    /// <param name="configuration">The whole configuration.</param>
    public static ServiceOptions Read(IConfiguration configuration) => new()
    {
        JsonLogs = ReadName(configuration, nameof(JsonLogs), JsonLogs.File),
        RequestsOnConsole = configuration.GetValue($"{Section}:{nameof(RequestsOnConsole)}", defaultValue: false),
    };

    /// <summary>A setting that is one of a few names.</summary>
    /// <typeparam name="T">The names.</typeparam>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="setting">The setting, a member of this class.</param>
    /// <param name="byDefault">What it is if it is not set.</param>
    public static T ReadName<T>(IConfiguration configuration, string setting, T byDefault)
        where T : struct, Enum => configuration[$"{Section}:{setting}"] switch
        {
            null or "" => byDefault,
            { } name when Enum.GetNames<T>().Contains(name, StringComparer.OrdinalIgnoreCase) => Enum.Parse<T>(name, ignoreCase: true),
            { } other => throw new InvalidOperationException($"{Section}:{setting} is '{other}'; it is one of: {string.Join(", ", Enum.GetNames<T>())}."),
        };
}

/// <summary>Where the tasks are kept.</summary>
internal enum Storage
{
    /// <summary>In a file of the data folder.</summary>
    Sqlite,

    /// <summary>In memory, as long as the process.</summary>
    Memory,
}

/// <summary>Where the log goes as lines of JSON.</summary>
internal enum JsonLogs
{
    /// <summary>In files of the data folder; the console has text.</summary>
    File,

    /// <summary>To the standard output, in place of both.</summary>
    StandardOutput,
}

namespace BackgroundTasks.Api.Hosting;

/// <summary>Where the service keeps its tasks: in a file of the data folder, or in memory.</summary>
internal static class TaskStorage
{
    private const string StorageSetting = "BackgroundTasks:Storage";
    private const string DurabilitySetting = "BackgroundTasks:Durability";
    private const string File = "tasks.db";

    /// <summary>As <c>BackgroundTasks:Storage</c> says, <c>Sqlite</c> by default.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="configuration">The whole configuration.</param>
    public static BackgroundTasksBuilder UseConfiguredStorage(this BackgroundTasksBuilder tasks, IConfiguration configuration)
    {
        if (Read(configuration, StorageSetting, Storage.Sqlite) is Storage.Memory)
            return tasks;
        tasks.UseSqlite(File, options => options.Durability = Read(configuration, DurabilitySetting, SqliteDurability.Full));
        tasks.Services.AddOptions<SqliteStoreOptions>().Configure<DataDirectory>(static (options, data) => options.Path = Path.Combine(data.Path, File));
        return tasks;
    }

    /// <summary>Stops a service in memory over tasks that were kept: they would not be run, and their uploads would be taken for nobody's.</summary>
    /// <param name="app">The service.</param>
    public static void CheckNothingIsLeftBehind(WebApplication app)
    {
        var file = Path.Combine(app.Services.GetRequiredService<DataDirectory>().Path, File);
        if (Read(app.Configuration, StorageSetting, Storage.Sqlite) is Storage.Memory && System.IO.File.Exists(file))
            throw new InvalidOperationException($"{StorageSetting} is {Storage.Memory}, but there are tasks in '{file}', which would not be run. Set it to {Storage.Sqlite}, set {DataDirectory.Setting} to another folder, or move that file away with the folder images beside it.");
    }

    private static T Read<T>(IConfiguration configuration, string setting, T byDefault)
        where T : struct, Enum => configuration[setting] switch
        {
            null or "" => byDefault,
            { } name when Enum.GetNames<T>().Contains(name, StringComparer.OrdinalIgnoreCase) => Enum.Parse<T>(name, ignoreCase: true),
            { } other => throw new InvalidOperationException($"{setting} is '{other}'; it is one of: {string.Join(", ", Enum.GetNames<T>())}."),
        };

    private enum Storage
    {
        Sqlite,
        Memory,
    }
}

namespace BackgroundTasks.Api.Hosting;

/// <summary>Where the service keeps its tasks: in a file of the data folder, or in memory.</summary>
internal static class TaskStorage
{
    private const string StorageSetting = $"{ServiceOptions.Section}:{nameof(ServiceOptions.Storage)}";
    private const string File = "tasks.db";

    /// <summary>As <c>BackgroundTasks:Storage</c> says, <c>Sqlite</c> by default.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="configuration">The whole configuration.</param>
    public static BackgroundTasksBuilder UseConfiguredStorage(this BackgroundTasksBuilder tasks, IConfiguration configuration)
    {
        if (IsInMemory(configuration))
            return tasks;
        tasks.UseSqlite(File, options => options.Durability = ServiceOptions.ReadName(configuration, nameof(ServiceOptions.Durability), SqliteDurability.Full));
        tasks.Services.AddOptions<SqliteStoreOptions>().Configure<DataDirectory>(static (options, data) => options.Path = Path.Combine(data.Path, File));
        return tasks;
    }

    /// <summary>Whether the tasks end with the process.</summary>
    /// <param name="configuration">The whole configuration.</param>
    public static bool IsInMemory(IConfiguration configuration) => ServiceOptions.ReadName(configuration, nameof(ServiceOptions.Storage), Storage.Sqlite) is Storage.Memory;

    /// <summary>Stops a service in memory over tasks that were kept: they would not be run, and their uploads would be taken for nobody's.</summary>
    /// <param name="app">The service.</param>
    public static void CheckNothingIsLeftBehind(WebApplication app)
    {
        var file = Path.Combine(app.Services.GetRequiredService<DataDirectory>().Path, File);
        if (IsInMemory(app.Configuration) && System.IO.File.Exists(file))
            throw new InvalidOperationException($"{StorageSetting} is {Storage.Memory}, but there are tasks in '{file}', which would not be run. Set it to {Storage.Sqlite}, set {DataDirectory.Setting} to another folder, or move that file away with the folder images beside it.");
    }
}

namespace BackgroundTasks.Api.Hosting;

/// <summary>Warns once, at the start, about a data folder that every user of the machine can read.</summary>
internal sealed partial class DataDirectoryCheck(DataDirectory data, ILogger<DataDirectoryCheck> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (data.IsOpenToOthers)
            OpenToOthers(logger, data.Path);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(2310, LogLevel.Warning, "Every user of this machine can look into the data folder {Path}, which holds payloads, results and images. If that is not meant: chmod 700 it", EventName = "DataFolderOpenToOthers")]
    private static partial void OpenToOthers(ILogger logger, string path);
}

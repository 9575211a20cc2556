using System.Threading.Channels;

namespace BackgroundTasks.Api.Images;

/// <summary>
/// Deletes the files of tasks that are no longer kept, and the upload of a task that succeeded or failed for good; a canceled one can be retried and needs it.
/// At its start it looks at what earlier processes left. An upload that is younger than an hour and has no task may be on its way to another process: it has that hour.
/// </summary>
internal sealed class ImageFileSweeper(ImageFiles files, IBackgroundTaskStore store, TimeProvider timeProvider, ILogger<ImageFileSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan LeastAge = TimeSpan.FromHours(1);

    /// <summary>Ids to look at. Only ids that have files come in, and each only a few times: it needs no bound of its own.</summary>
    private readonly Channel<Guid> _ids = Channel.CreateUnbounded<Guid>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // First listen, then look: what is removed in between is seen by one of the two.
        using var subscription = store.Subscribe(OnChange);
        var young = new List<Guid>();
        foreach (var id in files.Adopt())
        {
            if (await SweepAsync(id, LeastAge, stoppingToken) is false)
                young.Add(id);
        }

        await using var later = LookAgain(young);
        await foreach (var id in _ids.Reader.ReadAllAsync(stoppingToken))
            await SweepAsync(id, TimeSpan.Zero, stoppingToken);
    }

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Kind is not BackgroundTaskChangeKind.Reported && change.Task is null or { State: BackgroundTaskState.Succeeded or BackgroundTaskState.Failed } && files.Knows(change.Id))
            _ids.Writer.TryWrite(change.Id);
    }

    private ITimer? LookAgain(List<Guid> young) => young.Count == 0 ? null : timeProvider.CreateTimer(
        _ => young.ForEach(id => _ids.Writer.TryWrite(id)),
        null,
        LeastAge,
        Timeout.InfiniteTimeSpan);

    /// <summary>Deletes what is not needed; false if that must wait, because there is no task and the upload is younger than the least age.</summary>
    private async Task<bool> SweepAsync(Guid id, TimeSpan leastAge, CancellationToken cancellationToken)
    {
        try
        {
            switch (await store.FindAsync(id, cancellationToken))
            {
                case null when leastAge > TimeSpan.Zero && files.HasUploadYoungerThan(id, leastAge, timeProvider.GetUtcNow()):
                    return false;
                case null:
                    files.Delete(id);
                    break;
                case { State: BackgroundTaskState.Succeeded or BackgroundTaskState.Failed }:
                    files.DeleteUpload(id);
                    break;
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One file or one read must not end the sweeping; what is left is looked at again at the next start.
            ImageLog.SweepFailed(logger, id.ToString("N"), exception);
        }

        return true;
    }
}

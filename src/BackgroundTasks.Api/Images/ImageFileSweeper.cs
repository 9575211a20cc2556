using System.Threading.Channels;

namespace BackgroundTasks.Api.Images;

/// <summary>
/// Deletes the files of tasks that are no longer kept, and the upload of a task that succeeded; a failed or canceled one can be retried and needs it.
/// At its start it looks at what earlier processes left.
/// </summary>
internal sealed class ImageFileSweeper(ImageFiles files, IBackgroundTaskStore store, ILogger<ImageFileSweeper> logger) : BackgroundService
{
    /// <summary>Ids to look at. Only ids that have files come in, and each only a few times: it needs no bound of its own.</summary>
    private readonly Channel<Guid> _ids = Channel.CreateUnbounded<Guid>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // First listen, then look: what is removed in between is seen by one of the two.
        using var subscription = store.Subscribe(OnChange);
        foreach (var id in files.Adopt())
            await SweepAsync(id, stoppingToken);
        await foreach (var id in _ids.Reader.ReadAllAsync(stoppingToken))
            await SweepAsync(id, stoppingToken);
    }

    private void OnChange(BackgroundTaskChange change)
    {
        if (change.Task is null or { State: BackgroundTaskState.Succeeded } && files.Knows(change.Id))
            _ids.Writer.TryWrite(change.Id);
    }

    private async Task SweepAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            switch (await store.FindAsync(id, cancellationToken))
            {
                case null:
                    files.Delete(id);
                    break;
                case { State: BackgroundTaskState.Succeeded }:
                    files.DeleteUpload(id);
                    break;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // One file or one read must not end the sweeping; what is left is looked at again at the next start.
            ImageLog.SweepFailed(logger, id, exception);
        }
    }
}

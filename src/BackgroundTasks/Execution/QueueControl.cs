namespace BackgroundTasks.Execution;

/// <summary>Pauses and resumes queues: kept in the store first, then heeded here.</summary>
internal sealed class QueueControl(IBackgroundTaskStore store, TaskWorker worker) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public async Task SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken)
    {
        // One at a time: what is kept and what is heeded must be the same in the end.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await store.SetPausedAsync(queue, paused, cancellationToken);
            worker.SetPaused(queue, paused);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}

namespace BackgroundTasks.Testing;

/// <summary>The front door, which answers a submit with the task as it is by then: ended, where it ran inline.</summary>
internal sealed class TestQueue(IBackgroundTaskQueue inner) : IBackgroundTaskQueue
{
    public async ValueTask<BackgroundTask> EnqueueAsync<TPayload>(TPayload payload, BackgroundTaskSubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var task = await inner.EnqueueAsync(payload, options, cancellationToken);
        return await inner.FindAsync(task.Id, CancellationToken.None) ?? task;
    }

    public async ValueTask<RetryResult> RetryAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var result = await inner.RetryAsync(id, cancellationToken);
        return result with { Task = await inner.FindAsync(id, CancellationToken.None) ?? result.Task };
    }

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken = default) => inner.FindAsync(id, cancellationToken);

    public Task<BackgroundTask?> WaitAsync(Guid id, TimeSpan timeout, CancellationToken cancellationToken = default) => inner.WaitAsync(id, timeout, cancellationToken);

    public ValueTask<BackgroundTask?> CancelAsync(Guid id, CancellationToken cancellationToken = default) => inner.CancelAsync(id, cancellationToken);

    public ValueTask<BackgroundTask?> DeleteAsync(Guid id, CancellationToken cancellationToken = default) => inner.DeleteAsync(id, cancellationToken);

    public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter? filter = null, CancellationToken cancellationToken = default) => inner.ListAsync(filter, cancellationToken);

    public TResult? GetResult<TResult>(BackgroundTask task) => inner.GetResult<TResult>(task);
}

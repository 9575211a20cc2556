using BackgroundTasks.Api.Images;

namespace BackgroundTasks.Api.Tests.Images;

/// <summary>A queue that takes what it is given, or fails as it is told.</summary>
internal sealed class FakeQueue : IBackgroundTaskQueue
{
    public List<(ResizeImagePayload Payload, BackgroundTaskSubmitOptions Options)> Accepted { get; } = [];

    public Exception? Failure { get; set; }

    public ValueTask<BackgroundTask> EnqueueAsync<TPayload>(TPayload payload, BackgroundTaskSubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (Failure is not null)
            throw Failure;
        Accepted.Add(((ResizeImagePayload)(object)payload!, options!));
        return ValueTask.FromResult(FakeStore.TaskIn(options!.Id!.Value, BackgroundTaskState.Queued));
    }

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<BackgroundTask?> WaitAsync(Guid id, TimeSpan timeout, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<BackgroundTask?> CancelAsync(Guid id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<BackgroundTask?> DeleteAsync(Guid id, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter? filter = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public TResult? GetResult<TResult>(BackgroundTask task) => throw new NotSupportedException();

    public ValueTask<RetryResult> RetryAsync(Guid id, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}

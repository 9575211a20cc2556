namespace BackgroundTasks.Tests.Diagnostics;

/// <summary>A store that has nothing but an overview.</summary>
internal sealed class OverviewStore : IBackgroundTaskStore
{
    public Task<StoreOverview> Overview { get; set; } = Task.FromResult(new StoreOverview([]));

    public int Reads { get; private set; }

    public ValueTask<StoreOverview> GetOverviewAsync(CancellationToken cancellationToken)
    {
        Reads++;
        return new(Overview);
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SwapResult> TrySwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Report(Guid id, int run, BackgroundTaskProgress progress) => throw new NotSupportedException();

    public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IDisposable Subscribe(Action<BackgroundTaskChange> onChange) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<BackgroundTask>> TakeAsync(TakeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DueTasks> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => throw new NotSupportedException();
}

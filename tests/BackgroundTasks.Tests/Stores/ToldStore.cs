namespace BackgroundTasks.Tests.Stores;

/// <summary>A store of which nothing but its subscriptions, and what a test puts in, is used: tells what a test says.</summary>
internal sealed class ToldStore : IBackgroundTaskStore
{
    private readonly Lock _lock = new();
    private Action<BackgroundTaskChange>[] _subscribers = [];

    /// <summary>How many listen.</summary>
    public int Count => _subscribers.Length;

    /// <summary>What a reader finds.</summary>
    public Dictionary<Guid, BackgroundTask> Tasks { get; } = [];

    /// <summary>What is due, by the time at which it is asked for.</summary>
    public Func<DateTimeOffset, DueTasks> Due { get; init; } = _ => throw new NotSupportedException();

    public void Tell(params ReadOnlySpan<BackgroundTask> tasks)
    {
        foreach (var task in tasks)
            Tell(BackgroundTaskChange.Stored(task));
    }

    public void Tell(BackgroundTaskChange change)
    {
        foreach (var subscriber in _subscribers)
            subscriber(change);
    }

    public IDisposable Subscribe(Action<BackgroundTaskChange> onChange)
    {
        lock (_lock)
            _subscribers = [.. _subscribers, onChange];
        return new Subscription(() =>
        {
            lock (_lock)
                _subscribers = [.. _subscribers.Where(subscriber => subscriber != onChange)];
        });
    }

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => new(Tasks.GetValueOrDefault(id));

    public ValueTask OpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SwapResult> TrySwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Report(Guid id, int run, BackgroundTaskProgress progress) => throw new NotSupportedException();

    public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<BackgroundTask>> TakeAsync(TakeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DueTasks> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => new(Due(now));

    public ValueTask<StoreOverview> GetOverviewAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

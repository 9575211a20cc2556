using System.Collections.Concurrent;
using System.Threading.Channels;

namespace BackgroundTasks.Api.Tests.Images;

/// <summary>A store that knows the tasks that a test gives it, and tells when it was asked.</summary>
internal sealed class FakeStore : IBackgroundTaskStore
{
    private readonly Channel<Guid> _asked = Channel.CreateUnbounded<Guid>();
    private readonly TaskCompletionSource<Action<BackgroundTaskChange>> _subscriber = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentDictionary<Guid, BackgroundTask> Tasks { get; } = new();

    /// <summary>Puts a task in, and tells the subscriber.</summary>
    public async Task SetAsync(Guid id, BackgroundTaskState state)
    {
        var task = TaskIn(id, state);
        Tasks[id] = task;
        (await _subscriber.Task)(BackgroundTaskChange.Stored(task));
    }

    /// <summary>Takes a task out, and tells the subscriber.</summary>
    public async Task RemoveAsync(Guid id)
    {
        Tasks.TryRemove(id, out _);
        (await _subscriber.Task)(BackgroundTaskChange.Removed(id));
    }

    /// <summary>The id that was asked for next.</summary>
    public ValueTask<Guid> AskedAsync() => _asked.Reader.ReadAsync();

    public static BackgroundTask TaskIn(Guid id, BackgroundTaskState state) => new()
    {
        Submission = new BackgroundTaskSubmission { Id = id, Type = "resize-image", Queue = "default", CreatedAt = DateTimeOffset.UnixEpoch },
        State = state,
    };

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        _asked.Writer.TryWrite(id);
        return ValueTask.FromResult(Tasks.GetValueOrDefault(id));
    }

    public IDisposable Subscribe(Action<BackgroundTaskChange> onChange)
    {
        _subscriber.TrySetResult(onChange);
        return new CancellationTokenSource();
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<SwapResult> TrySwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Report(Guid id, int run, BackgroundTaskProgress progress) => throw new NotSupportedException();

    public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<BackgroundTask>> TakeAsync(TakeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<StoreOverview> GetOverviewAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DueTasks> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => throw new NotSupportedException();
}

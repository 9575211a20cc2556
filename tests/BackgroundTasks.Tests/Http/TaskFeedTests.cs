using BackgroundTasks.Http.Events;

namespace BackgroundTasks.Tests.Http;

public sealed class TaskFeedTests
{
    private readonly Subscriptions _store = new();
    private readonly BackgroundTaskIds _ids = new(TimeProvider.System);

    [Fact]
    public void The_store_is_listened_to_once_and_only_while_someone_follows()
    {
        var feed = new TaskFeed(_store);
        Assert.Equal(0, _store.Count);

        var first = feed.Add(NewQueue());
        var second = feed.Add(NewQueue());
        Assert.Equal(1, _store.Count);
        first.Dispose();
        Assert.Equal(1, _store.Count);
        second.Dispose();

        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public void Of_each_task_only_the_latest_state_waits_in_the_order_of_their_first_change()
    {
        var queue = NewQueue();
        using var following = new TaskFeed(_store).Add(queue);
        var (first, second) = (Submit(), Submit());

        _store.Tell(first, second, Run(first));

        Assert.Equal([(first.Id, BackgroundTaskState.Running), (second.Id, BackgroundTaskState.Queued)], Waiting(queue));
        Assert.Empty(Waiting(queue));
    }

    [Fact]
    public void A_state_that_the_filter_selects_is_told_though_another_has_followed()
    {
        var queue = NewQueue(new() { States = [BackgroundTaskState.Running] });
        using var following = new TaskFeed(_store).Add(queue);
        var task = Submit();

        _store.Tell(task, Run(task), Run(task).Succeed(default, default)!);

        Assert.Equal([(task.Id, BackgroundTaskState.Running)], Waiting(queue));
    }

    [Fact]
    public void What_comes_late_is_dropped()
    {
        var queue = NewQueue();
        using var following = new TaskFeed(_store).Add(queue);
        var task = Submit();

        _store.Tell(Run(task));
        Waiting(queue);
        _store.Tell(task);

        Assert.Empty(Waiting(queue));
    }

    [Fact]
    public void Progress_is_no_change_of_state_after_a_request_to_cancel_neither()
    {
        var queue = NewQueue();
        using var following = new TaskFeed(_store).Add(queue);
        var running = Run(Submit());
        var cancelled = running.WithProgress(new(1, 10, null)).Cancel(default)!;

        _store.Tell(running.WithProgress(new(1, 10, null)));
        Assert.Empty(Waiting(queue));
        _store.Tell(cancelled);
        Assert.Single(Waiting(queue));
        _store.Tell(cancelled.WithProgress(new(2, 20, null)));

        Assert.Empty(Waiting(queue));
    }

    [Fact]
    public void A_client_that_falls_behind_by_too_many_tasks_is_cut_off()
    {
        var queue = NewQueue();
        using var following = new TaskFeed(_store).Add(queue);

        for (var i = 0; i < FeedQueue.MaxTasks; i++)
            _store.Tell(Submit());
        Assert.Equal(FeedQueue.MaxTasks, queue.TakeAll()!.Count);
        for (var i = 0; i <= FeedQueue.MaxTasks; i++)
            _store.Tell(Submit());

        Assert.Null(queue.TakeAll());
    }

    [Fact]
    public void A_client_that_falls_behind_by_too_many_bytes_is_cut_off()
    {
        var queue = NewQueue();
        using var following = new TaskFeed(_store).Add(queue);
        var payload = new byte[FeedQueue.MaxBytes / 4];
        var tasks = Enumerable.Range(0, 5).Select(_ => Submit(payload)).ToList();

        _store.Tell([.. tasks[..4], .. tasks[..4].Select(Run)]);
        Assert.Equal(4, queue.TakeAll()!.Count);
        _store.Tell([.. tasks[..4].Select(task => Run(task).Succeed(default, default)!), tasks[4]]);

        Assert.Null(queue.TakeAll());
    }

    [Fact]
    public async Task A_queue_that_is_filled_wakes_its_stream()
    {
        var signal = new StreamSignal();
        var waiting = signal.WaitAsync(StreamWake.Changed);

        new FeedQueue(new(), signal).Offer(Submit());

        Assert.Equal(StreamWake.Changed, await waiting.AsTask().WaitAsync(TaskHost.Guard));
    }

    private static FeedQueue NewQueue(BackgroundTaskFilter? filter = null) => new(filter ?? new(), new StreamSignal());

    private static List<(Guid Id, BackgroundTaskState State)> Waiting(FeedQueue queue) => [.. queue.TakeAll()!.Select(task => (task.Id, task.State))];

    private static BackgroundTask Run(BackgroundTask task) => task.Start("here", default)!;

    private BackgroundTask Submit(byte[]? payload = null) =>
        BackgroundTask.Create(new() { Id = _ids.Next(), Type = "held", Queue = "default", Payload = payload ?? [], CreatedAt = default });

    /// <summary>A store of which nothing but its subscriptions is used.</summary>
    private sealed class Subscriptions : IBackgroundTaskStore
    {
        public ValueTask<DueTasks> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => throw new NotSupportedException();

        private readonly List<Action<BackgroundTaskChange>> _subscribers = [];

        public int Count => _subscribers.Count;

        public void Tell(params ReadOnlySpan<BackgroundTask> tasks)
        {
            foreach (var task in tasks)
                _subscribers.ForEach(subscriber => subscriber(BackgroundTaskChange.Stored(task)));
        }

        public IDisposable Subscribe(Action<BackgroundTaskChange> onChange)
        {
            _subscribers.Add(onChange);
            return new Subscription(() => _subscribers.Remove(onChange));
        }

        public ValueTask OpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<SwapResult> TrySwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Report(Guid id, int run, BackgroundTaskProgress progress) => throw new NotSupportedException();

        public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<BackgroundTask>> TakeAsync(TakeRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<StoreOverview> GetOverviewAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        private sealed class Subscription(Action end) : IDisposable
        {
            public void Dispose() => end();
        }
    }
}

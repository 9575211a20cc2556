using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Stores;

/// <summary>
/// The store of one process. Live tasks, and the freshest finished ones, are kept in a <see cref="ConcurrentDictionary{TKey,TValue}"/>;
/// every change goes to the journal, which keeps the finished ones. Readers look here, then in the journal, then here again,
/// so that a task is found at every moment of its packing and of its thawing.
/// </summary>
internal sealed partial class LocalTaskStore(
    IBackgroundTaskJournal journal, BackgroundTaskIds ids, BackgroundTaskMemory memory, BackgroundTaskClock? clock = null, ILogger<LocalTaskStore>? logger = null)
    : IBackgroundTaskStore, IDisposable
{
    /// <summary>The part of the memory's budget that the freshest finished tasks may take.</summary>
    private const int FreshPart = 16;

    /// <summary>How many of them are kept if the journal reads from memory as well: as objects they would only burden the garbage collector.</summary>
    private const int FreshInMemory = 64;

    private readonly ConcurrentDictionary<Guid, TaskEntry> _entries = new();
    private readonly ConcurrentDictionary<string, LocalQueue> _queues = new(StringComparer.Ordinal);
    private readonly LiveIndex _live = new();
    private readonly TaskKeys _keys = new();
    private readonly FreshlyFinished _fresh = new(journal.IsInMemory ? FreshInMemory : FreshlyFinished.Capacity, memory.Limit / FreshPart);
    private readonly BackgroundTaskClock _clock = clock ?? new(TimeProvider.System);
    private readonly DueTimes _due = new();
    private readonly OrphanedRuns _orphans = new();
    private long _scheduled;
    private readonly ChangeSubscribers _subscribers = new(logger);

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var contents = await journal.OpenAsync(cancellationToken);
        if (contents.LastId is { } last)
            ids.StartAfter(last);
        foreach (var counts in contents.Terminal)
        {
            QueueOf(counts.Queue).Count(BackgroundTaskState.Succeeded, (int)counts.Succeeded);
            QueueOf(counts.Queue).Count(BackgroundTaskState.Failed, (int)counts.Failed);
            QueueOf(counts.Queue).Count(BackgroundTaskState.Canceled, (int)counts.Canceled);
        }

        foreach (var queue in contents.Paused)
            QueueOf(queue).IsPaused = true;

        // As they became queued, so that what waited longest goes first again.
        foreach (var task in contents.Active.OrderBy(task => task.QueuedAt))
        {
            QueueOf(task.Queue).Count(task.State, 1);
            if (task.State is BackgroundTaskState.Scheduled)
                Interlocked.Increment(ref _scheduled);
            _keys.Restore(task);
            var entry = new TaskEntry(task);
            memory.Take(entry.Bytes);
            Appear(entry, isNew: false);
            if (task.State is BackgroundTaskState.Running)
                _orphans.Add(entry);
        }
    }

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        _entries.TryGetValue(id, out var entry) && entry.IsAdded ? new(entry.Current) : FindInJournalAsync(id, cancellationToken);

    public async ValueTask<BackgroundTask?> FindByUniqueKeyAsync(string type, string uniqueKey, CancellationToken cancellationToken) =>
        _keys.HolderOf(type, uniqueKey) is { } id && await FindAsync(id, cancellationToken) is { IsTerminal: false } holder ? holder : null;

    public ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken) =>
        task.Submission.IsPayloadInStore ? journal.ReadPayloadAsync(task, cancellationToken) : new(task.Submission.Payload);

    public void Report(Guid id, int run, BackgroundTaskProgress progress)
    {
        if (!_entries.TryGetValue(id, out var entry))
            return;
        lock (entry)
        {
            if (entry.TryReport(run, progress))
                Notify(BackgroundTaskChange.Reported(id));
        }
    }

    public void Dispose() => _purging.Dispose();

    public IDisposable Subscribe(Action<BackgroundTaskChange> onChange) => _subscribers.Add(onChange);

    public async ValueTask<IReadOnlyList<BackgroundTask>> TakeAsync(TakeRequest request, CancellationToken cancellationToken)
    {
        var reader = QueueOf(request.Queue).Channel.Reader;
        while (true)
        {
            if (reader.TryRead(out var task))
                return request.Max > 1 && reader.TryRead(out var next) ? TakeMore([task, next], reader, request.Max) : [task];
            try
            {
                await reader.WaitToReadAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (reader.TryPeek(out _))
            {
                // It came after the last look and before the stop: it is handed over all the same.
            }
        }
    }

    public ValueTask<DueTasks> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var lost = _orphans.Take(limit);
        var (due, next) = _due.Take(now, _clock.Skew, limit - lost.Count);
        return new(new DueTasks([.. lost, .. due], next));
    }

    public ValueTask<StoreOverview> GetOverviewAsync(CancellationToken cancellationToken) =>
        new(new StoreOverview([.. _queues.Values.Select(queue => queue.Read(_clock.Skew))]) { Fault = journal.Fault });

    public async ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken)
    {
        // Not given up with the caller's wait: what is kept must be so here too.
        cancellationToken.ThrowIfCancellationRequested();
        await journal.SetPausedAsync(queue, paused, CancellationToken.None);
        QueueOf(queue).IsPaused = paused;
    }

    /// <summary>What the tasks at hand take of the memory's budget, counted anew while nobody changes them.</summary>
    internal long CountBytes() => _entries.Values.Sum(entry => TaskBytes.Of(entry.Task));

    private static List<BackgroundTask> TakeMore(List<BackgroundTask> taken, ChannelReader<BackgroundTask> reader, int max)
    {
        while (taken.Count < max && reader.TryRead(out var next))
            taken.Add(next);
        return taken;
    }

    private async ValueTask<BackgroundTask?> FindInJournalAsync(Guid id, CancellationToken cancellationToken) =>
        await journal.FindAsync(id, cancellationToken)
        ?? (_entries.TryGetValue(id, out var entry) && entry.IsAdded ? entry.Current : null);

    private LocalQueue QueueOf(string name) =>
        _queues.TryGetValue(name, out var queue) ? queue : _queues.GetOrAdd(name, name => new LocalQueue(name, IsCurrent));

    private bool IsCurrent(Guid id, long version) => _entries.TryGetValue(id, out var entry) && entry.Task.Version == version;

    private void Appear(TaskEntry entry, bool isNew)
    {
        var task = entry.Task;
        lock (entry)
        {
            _live.Add(entry);
            if (isNew)
            {
                entry.Decide(added: true);
                Notify(BackgroundTaskChange.Stored(task));
            }
            else
            {
                _entries[task.Id] = entry;
            }

            Offer(entry, task, followsClock: task.FollowsClock || !isNew);
        }
    }

    /// <summary>Hands a task that waits to whoever it waits for: its queue's workers, or the clock.</summary>
    private void Offer(TaskEntry entry, BackgroundTask task, bool followsClock)
    {
        if (task.State is BackgroundTaskState.Queued)
            QueueOf(task.Queue).Offer(task, _clock.Skew);
        else if (task.State is BackgroundTaskState.Scheduled)
            _due.Add(entry, task, followsClock ? null : _clock.Skew);
    }

    /// <summary>Takes a finished task out of what is at hand: the journal has it, or it is gone. False where it lives again, or where a change is pending that decides it first.</summary>
    private bool Forget(TaskEntry entry, out Task? pending)
    {
        lock (entry)
        {
            // Gone: it may be back in an entry of its own by now, with its key.
            pending = entry.Pending;
            if (entry.IsGone || !entry.Task.IsTerminal || pending is not null)
                return false;
            entry.IsGone = true;
            memory.GiveBack(entry.Bytes);
        }

        _entries.TryRemove(new KeyValuePair<Guid, TaskEntry>(entry.Task.Id, entry));
        _keys.ForgetIdempotency(entry.Task);
        return true;
    }

    /// <summary>
    /// Tells what changed. Under the lock of the task's entry: so the changes of one task are told in their order, and nothing can start, change
    /// or purge the task before its subscribers have heard of this.
    /// </summary>
    private void Notify(BackgroundTaskChange change) => _subscribers.Tell(change);
}

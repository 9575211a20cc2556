using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Stores;

/// <summary>Lasts as long as the process: what is live is the store's but for its long payload, what is terminal is packed. Every call completes at once.</summary>
internal sealed class MemoryJournal : IBackgroundTaskJournal
{
    /// <summary>The part of the memory's budget that finished tasks may take by default.</summary>
    private const int RetainedPart = 2;

    private const int PurgeBatch = 500;

    /// <summary>A purge goes this part of the bytes below what is allowed, so that it is not due again at once.</summary>
    private const int PurgedPart = 16;
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<Guid, ReadOnlyMemory<byte>> _payloads = new();
    private readonly BackgroundTaskMemory _memory;
    private readonly long _maxBytes;
    private readonly PackedTasks _tasks;
    private readonly PackedTaskLister _lister;
    private readonly BackgroundTaskClock _clock;

    /// <summary>The list of the last purge, for the next one.</summary>
    private List<PurgedTask>? _purged;

    public MemoryJournal(BackgroundTaskMemory memory, IOptions<BackgroundTasksOptions> options, BackgroundTaskClock? clock = null)
    {
        (_memory, _maxBytes, _clock) = (memory, options.Value.MaxRetainedBytes ?? memory.Limit / RetainedPart, clock ?? new(TimeProvider.System));
        _tasks = new(memory);
        _lister = new(_tasks);
    }

    /// <summary>What all that is held here takes of the memory's budget, counted anew: the long payloads of live tasks, and the finished tasks.</summary>
    public long CountBytes() => _payloads.Values.Sum(payload => (long)payload.Length) + _tasks.CountBytes();

    public bool IsInMemory => true;

    public bool IsOverfull => _tasks.Bytes > _maxBytes;

    /// <summary>How many segments hold the tasks.</summary>
    public int SegmentCount => _tasks.SegmentCount;

    /// <summary>What they take, living or not.</summary>
    public long SegmentBytes => _tasks.SegmentBytes;

    public ValueTask<JournalContents> OpenAsync(CancellationToken cancellationToken) => new(new JournalContents([], [], null));

    public ValueTask<bool> AddAsync(BackgroundTask task, CancellationToken cancellationToken)
    {
        // The live ones are the store's, which knows their ids.
        if (_tasks.Contains(task.Id))
            return new(false);
        if (task.Submission.Payload.Length > BackgroundTaskSubmission.LongestPayloadAtHand)
            HoldPayload(task.Id, task.Submission.Payload);
        return new(true);
    }

    public ValueTask WriteAsync(BackgroundTask? current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken)
    {
        if (successor is { IsTerminal: true })
        {
            lock (_writing)
                Finish(successor);
        }
        else if (current is { IsTerminal: true })
        {
            lock (_writing)
                Revive(current, successor);
        }
        else if (current is null && successor is { Submission.Payload.Length: > BackgroundTaskSubmission.LongestPayloadAtHand })
        {
            HoldPayload(successor.Id, successor.Submission.Payload);
        }
        return default;
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken) =>
        new(_payloads.TryGetValue(task.Id, out var payload) ? payload : _tasks.ReadPayload(task.Id));

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => new(_tasks.Find(id));

    public ValueTask<BackgroundTask?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) => new(_tasks.FindByKey(idempotencyKey));

    public ValueTask<JournalPage> ListAsync(BackgroundTaskFilter filter, Guid? below, int maxRecords, CancellationToken cancellationToken) =>
        new(_lister.List(filter, below, maxRecords));

    public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, Action<PurgedTask> onPurged, CancellationToken cancellationToken)
    {
        var purged = Interlocked.Exchange(ref _purged, null) ?? new List<PurgedTask>(PurgeBatch);
        bool more;
        lock (_writing)
            more = _tasks.Purge(finishedBefore, keepAtMost, IsOverfull ? _maxBytes - (_maxBytes / PurgedPart) : _maxBytes, PurgeBatch, purged);

        // Outside the lock: what is told may write again.
        purged.ForEach(onPurged);
        purged.Clear();
        _purged = purged;
        return new(more);
    }

    /// <summary>Nothing of it lasts: the store itself remembers as long as the process lives.</summary>
    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>The payload is kept for a retry, and what succeeded is not tried again.</summary>
    private void Finish(BackgroundTask task)
    {
        var payload = task.Submission.Payload;
        if (task.Submission.IsPayloadInStore && !_payloads.TryGetValue(task.Id, out payload))
            payload = _tasks.ReadPayload(task.Id) ?? default;
        _tasks.Put(task, task.State is BackgroundTaskState.Succeeded ? default : payload, _clock.Skew);
        LetGoOfPayload(task.Id);
    }

    /// <summary>A finished task is queued again, or removed.</summary>
    private void Revive(BackgroundTask finished, BackgroundTask? successor)
    {
        if (successor is { Submission.IsPayloadInStore: true } && _tasks.ReadPayload(finished.Id) is { } payload)
            HoldPayload(finished.Id, payload);
        _tasks.Remove(finished.Id);
    }

    private void HoldPayload(Guid id, ReadOnlyMemory<byte> payload)
    {
        _memory.Take(payload.Length);
        _payloads[id] = payload;
    }

    private void LetGoOfPayload(Guid id)
    {
        if (_payloads.TryRemove(id, out var payload))
            _memory.GiveBack(payload.Length);
    }
}

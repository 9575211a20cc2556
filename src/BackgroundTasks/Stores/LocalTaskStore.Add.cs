namespace BackgroundTasks.Stores;

/// <summary>Additions: the keys are claimed first and the place last, so that a replay is answered even when the queue is full.</summary>
internal sealed partial class LocalTaskStore
{
    /// <summary>How long a task with an idempotency key waits for another addition with the same key.</summary>
    private static readonly TimeSpan KeyWait = TimeSpan.FromSeconds(1);

    public ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken) =>
        task.Submission is { IdempotencyKey: null, UniqueKey: null } ? PlaceAsync(task, capacity, cancellationToken) : AddKeyedAsync(task, capacity, cancellationToken);

    private async ValueTask<AddResult> AddKeyedAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken)
    {
        while (true)
        {
            var claim = _keys.Claim(task);
            if (!claim.IsOwn)
            {
                // The idempotency key goes first, also where its task is no longer at hand.
                if (claim.Kind is AddOutcome.SameUniqueKey && task.Submission.IdempotencyKey is { } replayed && await journal.FindByKeyAsync(replayed, cancellationToken) is { } first)
                    return new AddResult(AddOutcome.SameIdempotencyKey, first);

                // Another addition with this key is under way, or was: what came of it decides.
                if (!await IsSettledAsync(claim, cancellationToken))
                    return new AddResult(AddOutcome.SameIdempotencyKey, null);
                if (await FindAsync(claim.Holder, cancellationToken) is { } existing && (claim.Kind is AddOutcome.SameIdempotencyKey || !existing.IsTerminal))
                    return new AddResult(claim.Kind, existing);
                _keys.Drop(claim);
                continue;
            }

            var added = false;
            try
            {
                if (task.Submission.IdempotencyKey is { } key && await journal.FindByKeyAsync(key, cancellationToken) is { } ended)
                    return new AddResult(AddOutcome.SameIdempotencyKey, ended);
                if (!_keys.IsStillOwn(claim))
                    continue;
                var result = await PlaceAsync(task, capacity, cancellationToken);
                added = result.Outcome is AddOutcome.Added;
                return result;
            }
            finally
            {
                _keys.Settle(claim, added);
            }
        }
    }

    /// <summary>Waits until it is decided what becomes of the holder of a key; false if that takes too long.</summary>
    private async ValueTask<bool> IsSettledAsync(KeyClaim claim, CancellationToken cancellationToken)
    {
        try
        {
            await claim.Settled.WaitAsync(claim.Task.Submission.IdempotencyKey is null ? Timeout.InfiniteTimeSpan : KeyWait, _clock.Clocks, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async ValueTask<AddResult> PlaceAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken)
    {
        // Holds the place of the id, so that of two additions with one id one is stored. Not seen until it is.
        var entry = new TaskEntry(task.WithPayloadInStore(), isAdded: false);
        while (!_entries.TryAdd(task.Id, entry))
        {
            if (await FindDecidedAsync(task.Id, cancellationToken) is { } existing)
                return new AddResult(AddOutcome.SameId, existing);
        }

        var result = new AddResult(AddOutcome.QueueFull, null);
        try
        {
            result = await StoreAsync(entry, task, capacity);
            return result;
        }
        finally
        {
            if (result.Outcome is not AddOutcome.Added)
            {
                lock (entry)
                    entry.Decide(added: false);
                _entries.TryRemove(new KeyValuePair<Guid, TaskEntry>(task.Id, entry));
            }
        }
    }

    /// <summary>The task that has an id at hand; null if it has gone, or was not added in the end.</summary>
    private async ValueTask<BackgroundTask?> FindDecidedAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!_entries.TryGetValue(id, out var entry))
            return null;
        Task? undecided;
        lock (entry)
            undecided = entry.Undecided();
        if (undecided is not null)
            await undecided.WaitAsync(cancellationToken);
        lock (entry)
            return entry.IsGone ? null : entry.Current;
    }

    private async ValueTask<AddResult> StoreAsync(TaskEntry entry, BackgroundTask task, int capacity)
    {
        var queue = QueueOf(task.Queue);
        if (!TryReserve(queue, task, capacity))
            return new AddResult(AddOutcome.QueueFull, null);

        // With its payload, also if that stays in the journal: until it is written it is here.
        var bytes = TaskBytes.Of(task);
        if (!memory.TryTake(bytes))
        {
            Release(queue, task);
            return new AddResult(AddOutcome.NoMemory, null);
        }

        var added = false;
        try
        {
            // Not given up with the caller's wait: what is written must be here too, or it would lie in the journal until the next start.
            added = await journal.AddAsync(task, CancellationToken.None);
            if (added)
                Appear(entry, isNew: true);
        }
        finally
        {
            if (!added)
            {
                memory.GiveBack(bytes);
                Release(queue, task);
            }
        }

        if (!added)
            return new AddResult(AddOutcome.SameId, await journal.FindAsync(task.Id, CancellationToken.None));
        if (task.Submission.Payload.Length > BackgroundTaskSubmission.LongestPayloadAtHand)
            memory.GiveBack(task.Submission.Payload.Length);
        return new AddResult(AddOutcome.Added, null);
    }

    /// <summary>Gives a place back that was reserved.</summary>
    private void Release(LocalQueue queue, BackgroundTask task)
    {
        queue.Count(task.State, -1);
        Interlocked.Add(ref _scheduled, -ScheduledIn(task));
    }

    private bool TryReserve(LocalQueue queue, BackgroundTask task, int capacity)
    {
        if (task.State is not BackgroundTaskState.Scheduled)
            return queue.TryReserve(capacity);
        if (Interlocked.Increment(ref _scheduled) > capacity)
        {
            Interlocked.Decrement(ref _scheduled);
            return false;
        }

        queue.Count(BackgroundTaskState.Scheduled, 1);
        return true;
    }
}

namespace BackgroundTasks.Stores;

/// <summary>Additions: the keys are claimed first and the place last, so that a replay is answered even when the queue is full.</summary>
internal sealed partial class LocalTaskStore
{
    public async ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken)
    {
        if (task.Submission is { IdempotencyKey: null, UniqueKey: null })
            return await PlaceAsync(task, capacity);

        while (true)
        {
            var claim = _keys.Claim(task);
            if (!claim.IsOwn)
            {
                // The idempotency key goes first, also where its task is no longer at hand.
                if (claim.Kind is AddOutcome.SameUniqueKey && task.Submission.IdempotencyKey is { } replayed && await journal.FindByKeyAsync(replayed, cancellationToken) is { } first)
                    return new AddResult(AddOutcome.SameIdempotencyKey, first);

                // Another addition with this key is under way, or was: what came of it decides.
                await claim.Settled.WaitAsync(cancellationToken);
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
                var result = await PlaceAsync(task, capacity);
                added = result.Outcome is AddOutcome.Added;
                return result;
            }
            finally
            {
                _keys.Settle(claim, added);
            }
        }
    }

    private async ValueTask<AddResult> PlaceAsync(BackgroundTask task, int capacity)
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

        var entry = new TaskEntry(task.WithPayloadInStore());
        try
        {
            // Not given up with the caller's wait: what is written must be here too, or it would lie in the journal until the next start.
            await journal.WriteAsync(null, task, StoreWrite.Durable, CancellationToken.None);
            Appear(entry, isNew: true);
        }
        catch
        {
            memory.GiveBack(bytes);
            Release(queue, task);
            throw;
        }

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

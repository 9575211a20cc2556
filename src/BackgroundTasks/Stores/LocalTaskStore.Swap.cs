namespace BackgroundTasks.Stores;

/// <summary>The swap: one change of a task at a time, stored before it is visible (or right after, where a crash may lose it).</summary>
internal sealed partial class LocalTaskStore
{
    public async ValueTask<SwapResult> TrySwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken)
    {
        if (current.IsTerminal || successor is null or { IsTerminal: true })
            write = StoreWrite.Durable;
        while (true)
        {
            if (!_entries.TryGetValue(current.Id, out var entry) && (entry = await ThawAsync(current.Id, cancellationToken)) is null)
                return SwapResult.Outdated;

            Task? pending;
            var stored = default(ValueTask);
            TaskCompletionSource? decided = null;
            KeyClaim? revival = null;
            lock (entry)
            {
                if (entry.IsGone)
                    continue;
                pending = entry.Pending ?? entry.Undecided();
                if (pending is null)
                {
                    if (entry.Task.Version != current.Version)
                        return SwapResult.Outdated;
                    current = entry.Task;
                    if (successor is { IsTerminal: false } && current.IsTerminal)
                    {
                        if (!_keys.TryRevive(successor, out var claim))
                            return SwapResult.UniqueKeyTaken;
                        revival = claim;
                        _reviving[current.Id] = entry;
                    }

                    successor = successor is null ? null : entry.WithReported(successor);
                    if (current.Submission.IsPayloadInStore)
                        successor = successor?.WithPayloadInStore();

                    // The journal is told under the lock: what it writes of one task, it writes in order.
                    try
                    {
                        stored = journal.WriteAsync(current, successor, write, CancellationToken.None);
                    }
                    catch when (revival is not null)
                    {
                        GiveUp(revival.Value);
                        throw;
                    }

                    if (stored.IsCompletedSuccessfully || write is StoreWrite.Behind)
                        Publish(entry, current, successor, revival);
                    else
                        entry.Pending = (decided = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            if (pending is not null)
            {
                await pending.WaitAsync(cancellationToken);
                continue;
            }

            if (decided is not null)
                await DecideAsync(entry, current, successor, revival, stored, decided);

            // Not under the entry's lock: what is displaced has a lock of its own.
            if (successor is { IsTerminal: true } && !current.IsTerminal)
                KeepFresh(entry);
            if (journal.IsOverfull)
                await PurgeOverfullAsync();
            return SwapResult.Swapped;
        }
    }

    /// <summary>A finished task that only the journal has is brought back to be changed.</summary>
    private async ValueTask<TaskEntry?> ThawAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await journal.FindAsync(id, cancellationToken);
        if (found is null)
            return _entries.GetValueOrDefault(id);

        // Nobody changes it until it is certain that it is there: a purge or a delete between the reading and
        // the bringing back has not seen the entry; a later one will.
        var certain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thawed = new TaskEntry(found) { Pending = certain.Task };
        var entry = _entries.GetOrAdd(id, thawed);
        if (!ReferenceEquals(entry, thawed))
            return entry;
        memory.Take(entry.Bytes);
        var isThere = false;
        try
        {
            isThere = await journal.FindAsync(id, cancellationToken) is { } again && again.Version == found.Version;
        }
        finally
        {
            lock (entry)
                (entry.Pending, entry.IsGone) = (null, !isThere);
            if (isThere)
            {
                KeepFresh(entry);
            }
            else
            {
                memory.GiveBack(entry.Bytes);
                _entries.TryRemove(new KeyValuePair<Guid, TaskEntry>(id, entry));
            }

            certain.SetResult();
        }

        return entry;
    }

    private async ValueTask DecideAsync(TaskEntry entry, BackgroundTask current, BackgroundTask? successor, KeyClaim? revival, ValueTask stored, TaskCompletionSource decided)
    {
        var isStored = false;
        try
        {
            await stored;
            lock (entry)
                Publish(entry, current, successor, revival);
            isStored = true;
        }
        catch
        {
            if (revival is { } claim)
                GiveUp(claim);
            throw;
        }
        finally
        {
            lock (entry)
                entry.Pending = null;
            decided.SetResult();

            // It may have been displaced meanwhile, and was not let go of because it was being changed.
            if (!isStored && current.IsTerminal)
                KeepFresh(entry);
        }
    }

    /// <summary>A task stays ended.</summary>
    private void GiveUp(KeyClaim revival)
    {
        _reviving.TryRemove(revival.Task.Id, out _);
        _keys.Settle(revival, added: false);
    }

    private void Publish(TaskEntry entry, BackgroundTask current, BackgroundTask? successor, KeyClaim? revival)
    {
        // First of all: a purge that finds the entry changed or gone must know why.
        if (current.IsTerminal)
            _swappedInPurge?.TryAdd((current.Id, current.Version), true);
        var queue = QueueOf(current.Queue);
        if (successor is null)
        {
            entry.IsGone = true;
            memory.GiveBack(entry.Bytes);
            _live.Remove(entry);
            _entries.TryRemove(new KeyValuePair<Guid, TaskEntry>(current.Id, entry));
            queue.Count(current.State, -1);
            _keys.ForgetIdempotency(current);
            Notify(BackgroundTaskChange.Removed(current.Id));
            return;
        }

        Charge(entry.Publish(successor));
        if (revival is { } claim)
            _keys.Settle(claim, added: true);
        queue.Move(current.State, successor.State);
        if (ScheduledIn(successor) - ScheduledIn(current) is not 0 and var more)
            Interlocked.Add(ref _scheduled, more);
        if (current.ScheduledFor is not null)
            _due.GiveUp();
        if (successor.IsTerminal)
        {
            _live.Remove(entry);
            _keys.FreeUnique(successor);
        }
        else if (current.IsTerminal)
        {
            _live.Add(entry);
            Interlocked.Increment(ref _revivals);
            _reviving.TryRemove(successor.Id, out _);
        }
        else if (successor.State != current.State)
        {
            _live.Move(successor);
        }

        Notify(BackgroundTaskChange.Stored(successor));
        if (successor.State != current.State)
            Offer(entry, successor, followsClock: false);
    }

    private static int ScheduledIn(BackgroundTask task) => task.State is BackgroundTaskState.Scheduled ? 1 : 0;

    /// <summary>Above the limit too: what was accepted is never refused.</summary>
    private void Charge(long bytes)
    {
        if (bytes > 0)
            memory.Take(bytes);
        else if (bytes < 0)
            memory.GiveBack(-bytes);
    }

    private void KeepFresh(TaskEntry entry)
    {
        for (var displaced = _fresh.Add(entry, out var more); displaced is not null; displaced = more ? _fresh.Displace(out more) : null)
            Forget(displaced, out _);
    }
}

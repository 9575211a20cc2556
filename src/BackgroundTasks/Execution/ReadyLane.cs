namespace BackgroundTasks.Execution;

/// <summary>
/// The ready tasks of one type in their order; those that have their last chance are in a lane of their own. While keys only rise it is a plain queue, the case without priorities and tenants;
/// the first key that does not makes it a heap, until it is empty again.
/// </summary>
/// <param name="turns">Gives its tasks their turns.</param>
/// <param name="limit">The limits of the type; null: none.</param>
/// <param name="lastChance">What they must have to run; null: nothing.</param>
/// <param name="onRoom">Called, without a lock, when a lane that its limit has closed may be opened.</param>
internal sealed class ReadyLane(TenantTurns turns, TypeLimit? limit = null, LastChance? lastChance = null, Action? onRoom = null)
{
    private Queue<(BackgroundTask Task, ReadyKey Key)> _queue = new();
    private PriorityQueue<BackgroundTask, ReadyKey>? _heap;
    private ReadyKey _latest;

    public int Count => _heap?.Count ?? _queue.Count;

    public bool IsHeap => _heap is not null;

    /// <summary>Its handlers compute or block: each of its tasks that runs needs a blocking place.</summary>
    public bool IsBlocking { get; init; }

    /// <summary>Closed while its type is at a limit: nothing is taken from it.</summary>
    public bool IsOpen { get; private set; } = true;

    public void Open() => IsOpen = true;

    /// <summary>Whether the type's limit admits one more now. Where not, the lane is closed until there is room.</summary>
    public bool TryAdmit()
    {
        if (limit is null && lastChance is null)
            return true;

        // Closed first: the callback that opens it may come before the refusal has returned.
        IsOpen = false;
        return (limit?.TryEnter(onRoom!, lastChance) ?? lastChance!.TryTake(onRoom!)) && (IsOpen = true);
    }

    public void Add(BackgroundTask task, long sequence)
    {
        var key = new ReadyKey(task.Submission.Priority, turns.Enter(task), sequence);
        if (_heap is null && _queue.Count > 0 && key.CompareTo(_latest) < 0)
        {
            _heap = new PriorityQueue<BackgroundTask, ReadyKey>(_queue);
            _queue.Clear();
        }

        if (_heap is not null)
            _heap.Enqueue(task, key);
        else
            _queue.Enqueue((task, _latest = key));
    }

    public bool TryPeek(out BackgroundTask task, out ReadyKey key)
    {
        if (_heap is not null)
            return _heap.TryPeek(out task!, out key);
        var found = _queue.TryPeek(out var head);
        (task, key) = head;
        return found;
    }

    /// <summary>Takes the first one away: to run it, or because it is no longer wanted.</summary>
    public void RemoveFirst(bool toRun)
    {
        if (_heap is null)
        {
            var (task, key) = _queue.Dequeue();
            turns.Leave(task, key.Turn, toRun);
        }
        else if (_heap.TryDequeue(out var task, out var key))
        {
            turns.Leave(task, key.Turn, toRun);
            if (_heap.Count == 0)
                _heap = null;
        }
    }

    /// <summary>Takes away what is no longer wanted, wherever it stands.</summary>
    public void RemoveAll(Predicate<BackgroundTask> unwanted)
    {
        var kept = new List<(BackgroundTask Task, ReadyKey Key)>(Count);
        foreach (var (task, key) in _heap?.UnorderedItems ?? (IEnumerable<(BackgroundTask Task, ReadyKey Key)>)_queue)
        {
            if (unwanted(task))
                turns.Leave(task, key.Turn, served: false);
            else
                kept.Add((task, key));
        }

        if (_heap is null)
            _queue = new(kept);
        else
            _heap = kept.Count == 0 ? null : new(kept);
    }
}

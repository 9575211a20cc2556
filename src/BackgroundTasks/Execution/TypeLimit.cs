namespace BackgroundTasks.Execution;

/// <summary>
/// The limits of one type in this process, across all queues. Who finds no room waits, and is called back once when there is some;
/// it then asks again, for another may have been quicker. Those that wait are called in turn.
/// </summary>
internal sealed class TypeLimit(int? maxConcurrency, TokenBucket? bucket, Deadlines deadlines)
{
    private readonly Lock _lock = new();
    private readonly Queue<Action> _waiting = new();
    private int _running;
    private bool _armed;

    private bool HasSlot => _running < (maxConcurrency ?? int.MaxValue);

    /// <summary>Takes a slot and a permit, and the last chance where that is needed; or, where there are none, calls back once when there are.</summary>
    public bool TryEnter(Action onRoom, LastChance? lastChance = null)
    {
        lock (_lock)
        {
            if (HasSlot && bucket is not { HasPermit: false })
            {
                if (lastChance?.TryTake(onRoom) is false)
                    return false;
                _running++;
                bucket?.Spend();
                return true;
            }

            _waiting.Enqueue(onRoom);
            ArmForPermit();
            return false;
        }
    }

    /// <summary>A run is over, or never began: then its permit is given back. No lock may be held that a callback takes.</summary>
    public void Leave(bool started)
    {
        lock (_lock)
        {
            _running--;
            if (!started)
                bucket?.GiveBack();
        }

        CallWaiting();
    }

    private void CallWaiting()
    {
        while (NextWaiting() is { } onRoom)
            onRoom();
    }

    private Action? NextWaiting()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return null;
            if (HasSlot && bucket is not { HasPermit: false })
                return _waiting.Dequeue();
            ArmForPermit();
            return null;
        }
    }

    /// <summary>While a slot is missing no timer runs: the next end of a run comes by here.</summary>
    private void ArmForPermit()
    {
        if (_armed || !HasSlot)
            return;
        _armed = true;
        deadlines.Add(bucket!.UntilPermit, OnPermit);
    }

    private void OnPermit()
    {
        lock (_lock)
            _armed = false;
        CallWaiting();
    }
}

namespace BackgroundTasks.Execution;

/// <summary>
/// Whether tasks are still accepted. Once the process stops it is closed: only what runs gets in, by its <see cref="GatePass"/>, for its tasks are drained too.
/// When nothing runs any more it is shut. Knows who is inside, so that a drain misses nobody.
/// </summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _empty;
    private TaskCompletionSource? _nextLeave;
    private int _inside;
    private long _left;
    private volatile bool _closed;
    private bool _shut;

    /// <summary>Closed to all but those with a pass, or shut.</summary>
    public bool IsClosed => _closed;

    /// <summary>How many have been inside and have left.</summary>
    public long Left
    {
        get
        {
            lock (_lock)
                return _left;
        }
    }

    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_shut || (_closed && !GatePass.IsHeldFor(this)))
                return false;
            _inside++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _left++;
            _nextLeave?.TrySetResult();
            _nextLeave = null;
            if (--_inside > 0)
                return;
            _empty?.TrySetResult();
            _empty = null;
        }
    }

    /// <summary>Lets nobody in any more who has no pass; completes when nobody is inside.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
            return _inside == 0 ? Task.CompletedTask : (_empty ??= NewSource()).Task;
        }
    }

    /// <summary>Completes when one more has left than had.</summary>
    public Task LeftSinceAsync(long left)
    {
        lock (_lock)
            return _left != left ? Task.CompletedTask : (_nextLeave ??= NewSource()).Task;
    }

    /// <summary>Lets nobody in any more, unless somebody is inside or has left since.</summary>
    public bool TryShut(long left)
    {
        lock (_lock)
            return _shut |= _inside == 0 && _left == left;
    }

    /// <summary>Lets nobody in any more.</summary>
    public void Shut()
    {
        lock (_lock)
            _closed = _shut = true;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

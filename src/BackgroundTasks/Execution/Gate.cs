namespace BackgroundTasks.Execution;

/// <summary>Whether tasks are still accepted: no longer, once the process stops. Knows who is inside, so that a drain misses nobody.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private volatile bool _closed;

    public bool IsClosed => _closed;

    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            _inside++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0 && _closed)
                _empty.TrySetResult();
        }
    }

    /// <summary>Lets nobody in any more; completes when those inside have left.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
            if (_inside == 0)
                _empty.TrySetResult();
        }

        return _empty.Task;
    }
}

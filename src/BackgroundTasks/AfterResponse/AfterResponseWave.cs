namespace BackgroundTasks.AfterResponse;

/// <summary>The lists that came between two waits for all. Used under the queue's lock.</summary>
internal sealed class AfterResponseWave
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lists;
    private bool _ended;

    public void Enter() => _lists++;

    public void Leave()
    {
        _lists--;
        CompleteIfDone();
    }

    /// <summary>No more lists join. Completes when the last has left.</summary>
    public Task EndAsync()
    {
        _ended = true;
        CompleteIfDone();
        return _done.Task;
    }

    private void CompleteIfDone()
    {
        if (_ended && _lists == 0) _done.TrySetResult();
    }
}

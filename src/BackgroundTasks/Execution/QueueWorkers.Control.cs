namespace BackgroundTasks.Execution;

/// <summary>How they pause, resume and stop.</summary>
internal sealed partial class QueueWorkers
{
    private TaskCompletionSource? _idle;
    private bool _paused;
    private bool _startingEnded;

    /// <summary>Whether there is nothing to wait for: nothing runs, and nothing is left to start.</summary>
    private bool IsIdle => _free == _workers && !_ends.Any && (_paused || _startingEnded || !_ready.HasAny());

    /// <summary>Completes when nothing runs and nothing is left to start.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
            return IsIdle ? Task.CompletedTask : (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>What runs goes on, and nothing is started until it is resumed. What is accepted meanwhile waits, also through a stop.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            _paused = true;
            CompleteIfIdle();
        }
    }

    /// <summary>Starts at once what waits.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _paused = false;
            WakeIdle();
        }
    }

    /// <summary>Nothing more is started: what is held stays queued in its store. Returns how much that is.</summary>
    public int Abandon()
    {
        lock (_lock)
        {
            _startingEnded = true;
            CompleteIfIdle();
            return _ready.Count;
        }
    }

    /// <summary>The last of the ends that were on their way is stored.</summary>
    private void OnEnded()
    {
        lock (_lock)
            CompleteIfIdle();
    }

    private void CompleteIfIdle()
    {
        if (_idle is null || !IsIdle)
            return;
        _idle.TrySetResult();
        _idle = null;
    }
}

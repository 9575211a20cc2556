namespace BackgroundTasks.Execution;

/// <summary>How they pause, resume and stop.</summary>
internal sealed partial class QueueWorkers
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopTaking = new();
    private bool _paused;
    private bool _takingEnded;
    private bool _startingEnded;

    /// <summary>Takes no more; completes when all that was taken has run.</summary>
    public Task DrainAsync()
    {
        _stopTaking.Cancel();
        return _drained.Task;
    }

    /// <summary>What runs goes on, and nothing is started until it is resumed. What is accepted meanwhile waits, also through a stop.</summary>
    public void Pause()
    {
        lock (_lock)
        {
            _paused = true;
            CompleteIfDrained();
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
            CompleteIfDrained();
            return _ready.Count;
        }
    }

    /// <summary>The last of the ends that were on their way is stored.</summary>
    private void OnEnded()
    {
        lock (_lock)
            CompleteIfDrained();
    }

    private void CompleteIfDrained()
    {
        if (!_takingEnded || _free < _workers || _ends.Any || (!_paused && !_startingEnded && _ready.HasAny()))
            return;

        // A resume that comes now must not start what a stop has left.
        _startingEnded = true;
        _drained.TrySetResult();
    }
}

namespace BackgroundTasks.Http.Events;

/// <summary>What changed and is yet to be written, as the store tells it: all that its threads do for the followers. Bounded: too much is as if it was missed.</summary>
internal sealed class FeedInbox
{
    /// <summary>How many changes may wait.</summary>
    public const int MaxTasks = 65_536;

    /// <summary>How many bytes of payloads and results may wait with them.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private List<BackgroundTask> _tasks = [];
    private long _bytes;
    private bool _isMissed;

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _tasks.Count == 0 && !_isMissed;
        }
    }

    public void Add(BackgroundTask task)
    {
        lock (_lock)
        {
            if (_isMissed)
                return;
            _tasks.Add(task);
            _bytes += task.Submission.Payload.Length + task.Result.Length;
            if (_tasks.Count > MaxTasks || _bytes > MaxBytes)
                Clear(isMissed: true);
        }
    }

    /// <summary>Changes were missed.</summary>
    public void Miss()
    {
        lock (_lock)
            Clear(isMissed: true);
    }

    /// <summary>Nobody follows any more.</summary>
    public void Clear()
    {
        lock (_lock)
            Clear(isMissed: false);
    }

    /// <summary>Takes all that waits, in the order in which it was told; null if changes were missed.</summary>
    public List<BackgroundTask>? TakeAll()
    {
        lock (_lock)
        {
            var taken = _isMissed ? null : _tasks;
            Clear(isMissed: false);
            return taken;
        }
    }

    private void Clear(bool isMissed) => (_tasks, _bytes, _isMissed) = ([], 0, isMissed);
}

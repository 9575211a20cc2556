namespace BackgroundTasks.Stores;

/// <summary>A task of the local store: its newest snapshot, and what its run reported. Guarded by a lock on itself.</summary>
internal sealed class TaskEntry(BackgroundTask task, bool isAdded = true)
{
    private volatile bool _isAdded = isAdded;
    private TaskCompletionSource? _decided;

    private volatile BackgroundTask _task = task;
    private volatile BackgroundTaskProgress? _progress = task.Progress;

    /// <summary>The newest stored snapshot.</summary>
    public BackgroundTask Task => _task;

    /// <summary>The newest stored snapshot with the progress laid over it.</summary>
    public BackgroundTask Current => _task is { State: BackgroundTaskState.Running } task ? task.WithProgress(_progress) : _task;

    /// <summary>What it has taken of the memory's budget; given back when it is gone.</summary>
    public long Bytes { get; private set; } = TaskBytes.Of(task);

    /// <summary>Completes when the change that is being stored is decided; null while none is.</summary>
    public Task? Pending { get; set; }

    /// <summary>It is stored. Until then it only holds the place of its id, and is not seen.</summary>
    public bool IsAdded => _isAdded;

    /// <summary>It was removed, or its place is the journal's by now: read again.</summary>
    public bool IsGone { get; set; }

    /// <summary>What a run reported stays with it to its end, and goes when another run begins.</summary>
    public BackgroundTask WithReported(BackgroundTask successor) =>
        successor.Run == _task.Run && successor.State is not BackgroundTaskState.Queued && _progress is { } progress
            ? successor.WithProgress(progress)
            : successor;

    /// <summary>How many bytes more it takes now; negative: less.</summary>
    public long Publish(BackgroundTask successor)
    {
        _task = successor;
        _progress = successor.Progress;
        var before = Bytes;
        Bytes = TaskBytes.Of(successor);
        return Bytes - before;
    }

    public bool TryReport(int run, BackgroundTaskProgress progress)
    {
        lock (this)
        {
            if (_task.State is not BackgroundTaskState.Running || _task.Run != run || _progress?.Number >= progress.Number)
                return false;
            _progress = progress;
            return true;
        }
    }

    /// <summary>Completes when it is decided whether the task is added; null if it is. Under the lock.</summary>
    public Task? Undecided() => _isAdded || IsGone ? null : (_decided ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>The task is added, or its place is given back. Under the lock.</summary>
    public void Decide(bool added)
    {
        _isAdded = added;
        IsGone = !added;
        _decided?.SetResult();
    }
}

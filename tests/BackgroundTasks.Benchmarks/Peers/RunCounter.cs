namespace BackgroundTasks.Benchmarks;

/// <summary>Told by every handler that it has run.</summary>
internal sealed class RunCounter
{
    private int _left;
    private TaskCompletionSource _all = new();

    /// <summary>How many of those expected have not run.</summary>
    public int Left => Volatile.Read(ref _left);

    /// <summary>Completes once so many more have run.</summary>
    public Task Expect(int count)
    {
        (_left, _all) = (count, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _all.Task;
    }

    public void Ran()
    {
        if (Interlocked.Decrement(ref _left) == 0)
            _all.SetResult();
    }
}

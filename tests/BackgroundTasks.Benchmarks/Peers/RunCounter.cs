namespace BackgroundTasks.Benchmarks;

/// <summary>Told by every handler that it has run.</summary>
internal sealed class RunCounter
{
    private int _left;
    private TaskCompletionSource _all = new();

    /// <summary>Called by the handler that leaves a multiple of so many to run.</summary>
    public (int Every, Action Call)? Mark { get; set; }

    /// <summary>Completes once so many more have run.</summary>
    public Task Expect(int count)
    {
        (_left, _all) = (count, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _all.Task;
    }

    public void Ran()
    {
        var left = Interlocked.Decrement(ref _left);
        if (Mark is { } mark && left % mark.Every == 0)
            mark.Call();
        if (left == 0)
            _all.SetResult();
    }
}

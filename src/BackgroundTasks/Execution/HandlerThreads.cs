namespace BackgroundTasks.Execution;

/// <summary>
/// Threads for handlers that compute or block. They are made when needed, as many as there are workers that run such handlers at once,
/// and end when nothing came for a while. What a handler awaits comes back to its thread.
/// </summary>
internal sealed class HandlerThreads : IDisposable
{
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(10);

    private readonly object _lock = new();
    private readonly Queue<Action> _work = new();
    private int _idle;
    private bool _disposed;

    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The caller's context comes along as it does with an await: the log scope of its task is part of it.
        var context = ExecutionContext.Capture();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _work.Enqueue(context is null
                ? () => ThreadPump.Run(work, completion)
                : () => ExecutionContext.Run(context, _ => ThreadPump.Run(work, completion), null));
            if (_idle >= _work.Count)
            {
                Monitor.Pulse(_lock);
                return completion.Task;
            }
        }

        new Thread(Loop) { IsBackground = true, Name = "BackgroundTasks handler" }.UnsafeStart();
        return completion.Task;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Loop()
    {
        while (TryTake(out var work))
            work();
    }

    private bool TryTake(out Action work)
    {
        lock (_lock)
        {
            while (!_work.TryDequeue(out work!))
            {
                if (_disposed)
                    return false;
                _idle++;
                var pulsed = Monitor.Wait(_lock, KeepIdle);
                _idle--;
                if (!pulsed && _work.Count == 0)
                    return false;
            }

            return true;
        }
    }
}

namespace BackgroundTasks.Execution;

/// <summary>
/// Threads for handlers that compute or block. They are made when needed, as many as there are workers that run such handlers at once,
/// and end when nothing came for a while. What a handler awaits comes back to its thread. What it sets on the thread is put back before the next one.
/// </summary>
internal sealed class HandlerThreads : IDisposable
{
    private const string ThreadName = "BackgroundTasks handler";

    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(10);

    private readonly object _lock = new();
    private readonly Queue<Action> _work = new();
    private int _idle;
    private bool _disposed;

    /// <summary>Runs work on one of the threads.</summary>
    /// <param name="work">What to run.</param>
    /// <param name="onLeftBehindFailed">Told what is thrown by something that it started and that goes on after its end.</param>
    public Task<T> RunAsync<T>(Func<Task<T>> work, Action<Exception> onLeftBehindFailed)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The caller's context comes along as it does with an await: the log scope of its task is part of it. It also takes away again what the work sets.
        var context = ExecutionContext.Capture();
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _work.Enqueue(() => ExecutionContext.Run(context ?? ExecutionContext.Capture()!, _ => ThreadPump.Run(work, completion, onLeftBehindFailed), null));
            if (_idle >= _work.Count)
            {
                Monitor.Pulse(_lock);
                return completion.Task;
            }
        }

        new Thread(Loop) { IsBackground = true, Name = ThreadName }.UnsafeStart();
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
        {
            work();
            Reset(Thread.CurrentThread);
        }
    }

    /// <summary>What a handler may have set. The culture comes and goes with the context of its run.</summary>
    private static void Reset(Thread thread)
    {
        if (thread.Priority is not ThreadPriority.Normal)
            thread.Priority = ThreadPriority.Normal;
        if (!thread.IsBackground)
            thread.IsBackground = true;
        if (thread.Name != ThreadName)
            thread.Name = ThreadName;
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

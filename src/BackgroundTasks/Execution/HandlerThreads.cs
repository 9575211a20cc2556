namespace BackgroundTasks.Execution;

/// <summary>
/// Threads for handlers that compute or block. They are made when needed, as many as there are workers that run such handlers at once,
/// and end when nothing came for a while. What a handler awaits comes back to its thread. What it sets on the thread is put back before the next one.
/// </summary>
/// <param name="start">Starts a thread; null: as every thread is started.</param>
internal sealed class HandlerThreads(Action<Thread>? start = null) : IDisposable
{
    private const string ThreadName = "BackgroundTasks handler";

    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(10);

    private readonly object _lock = new();
    private readonly Queue<(Action Run, Action<Exception> Fail)> _work = new();
    private int _threads;
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
            _work.Enqueue((
                () => ExecutionContext.Run(context ?? ExecutionContext.Capture()!, _ => ThreadPump.Run(work, completion, onLeftBehindFailed), null),
                completion.SetException));
            if (_idle >= _work.Count)
            {
                Monitor.Pulse(_lock);
                return completion.Task;
            }

            _threads++;
        }

        StartThread();
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

    private void StartThread()
    {
        try
        {
            var thread = new Thread(Loop) { IsBackground = true, Name = ThreadName };
            if (start is null)
                thread.UnsafeStart();
            else
                start(thread);
        }
        catch (Exception exception)
        {
            // The system gives no more threads. What waits is done by those that are there; without any it fails now, and is not done later.
            List<(Action Run, Action<Exception> Fail)> failed = [];
            lock (_lock)
            {
                if (--_threads == 0)
                {
                    failed.AddRange(_work);
                    _work.Clear();
                }
            }

            failed.ForEach(work => work.Fail(exception));
        }
    }

    private void Loop()
    {
        while (TryTake(out var work))
        {
            work.Run();
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

    private bool TryTake(out (Action Run, Action<Exception> Fail) work)
    {
        lock (_lock)
        {
            var isToEnd = _disposed;
            while (!_work.TryDequeue(out work))
            {
                if (isToEnd)
                {
                    _threads--;
                    return false;
                }

                _idle++;
                var pulsed = Monitor.Wait(_lock, KeepIdle);
                _idle--;
                isToEnd = _disposed || !pulsed;
            }

            return true;
        }
    }
}

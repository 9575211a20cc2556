using System.Collections.Concurrent;

namespace BackgroundTasks.Execution;

/// <summary>Runs an asynchronous delegate on this thread to its end: what it awaits is continued here.</summary>
internal sealed class ThreadPump : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];

    public static void Run<T>(Func<Task<T>> work, TaskCompletionSource<T> completion)
    {
        var pump = new ThreadPump();
        SetSynchronizationContext(pump);
        try
        {
            var task = work();
            if (!task.IsCompleted)
            {
                task.ContinueWith(static (_, state) => ((ThreadPump)state!)._posted.CompleteAdding(), pump, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                foreach (var (callback, state) in pump._posted.GetConsumingEnumerable())
                    callback(state);
            }

            completion.SetFromTask(task);
        }
        catch (Exception exception)
        {
            // The boundary of the thread: whatever the handler threw before its first await is its outcome.
            completion.SetException(exception);
        }
        finally
        {
            SetSynchronizationContext(null);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _posted.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The handler has returned; what it left running goes on without its thread.
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    public override SynchronizationContext CreateCopy() => this;
}

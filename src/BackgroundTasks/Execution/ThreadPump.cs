using System.Collections.Concurrent;

namespace BackgroundTasks.Execution;

/// <summary>
/// Runs an asynchronous delegate on this thread to its end: what it awaits is continued here. What an <c>async void</c> method of it throws arrives here too:
/// the delegate still runs to its end, and then fails with it.
/// </summary>
internal sealed class ThreadPump(Action<Exception> onLeftBehindFailed) : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _posted = [];
    private Exception? _thrown;

    /// <summary>Runs it and completes with it. Never throws.</summary>
    /// <param name="work">What to run.</param>
    /// <param name="completion">Gets its result, or what it threw.</param>
    /// <param name="onLeftBehindFailed">Told what is thrown by something that it started and that goes on after its end.</param>
    public static void Run<T>(Func<Task<T>> work, TaskCompletionSource<T> completion, Action<Exception> onLeftBehindFailed)
    {
        var pump = new ThreadPump(onLeftBehindFailed);
        SetSynchronizationContext(pump);
        try
        {
            var task = work();
            if (!task.IsCompleted)
            {
                task.ContinueWith(static (_, state) => ((ThreadPump)state!)._posted.CompleteAdding(), pump, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                foreach (var (callback, state) in pump._posted.GetConsumingEnumerable())
                    pump.Call(callback, state);
            }

            if (pump._thrown is { } thrown && task.IsCompletedSuccessfully)
                completion.SetException(thrown);
            else
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
            pump.LeaveRest();
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
            Leave(d, state);
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    private void Call(SendOrPostCallback callback, object? state)
    {
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            // An async void method has failed: the first one counts.
            _thrown ??= exception;
        }
    }

    /// <summary>What was posted to a handler that returned without awaiting anything, or threw, goes on too.</summary>
    private void LeaveRest()
    {
        _posted.CompleteAdding();
        while (_posted.TryTake(out var left))
            Leave(left.Callback, left.State);
    }

    private void Leave(SendOrPostCallback callback, object? state) => ThreadPool.QueueUserWorkItem(_ => CallLeftBehind(callback, state));

    private void CallLeftBehind(SendOrPostCallback callback, object? state)
    {
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            // Its task has ended, so the log is all there is; and it must not end the process.
            onLeftBehindFailed(exception);
        }
    }
}

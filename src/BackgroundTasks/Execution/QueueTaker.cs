using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Execution;

/// <summary>
/// Takes the tasks of one queue from the store as they come. A store that cannot hand any over now is asked again, and a fault of the program does not end it:
/// only the stop does.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="store">The store.</param>
/// <param name="onTaken">Gets what was taken.</param>
/// <param name="timeProvider">The clock of the pauses.</param>
/// <param name="logger">Told of outages and faults.</param>
internal sealed class QueueTaker(string queue, IBackgroundTaskStore store, Action<IReadOnlyList<BackgroundTask>> onTaken, TimeProvider timeProvider, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly TakeRequest _request = new(queue, [], int.MaxValue);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    public async Task TakeUntilStoppedAsync()
    {
        var pause = FirstPause;
        while (true)
        {
            try
            {
                // Cancelled, it still hands over what is there, and throws only instead of waiting: the drain runs what was accepted.
                onTaken(await store.TakeAsync(_request, _stop.Token));
                pause = FirstPause;
                continue;
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                // The drain has begun. What a store that fails has not handed over stays queued in it.
                break;
            }
            catch (BackgroundTaskStoreException exception)
            {
                if (pause == FirstPause)
                    SafeLog.Write(() => Log.TakeFailed(logger, queue, exception));
            }
            catch (Exception exception)
            {
                // The boundary of the dispatcher: without it, this queue would stand still and nobody would know.
                SafeLog.Write(() => Log.DispatchFailed(logger, queue, exception));
            }

            await Task.Delay(pause, timeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        _ended.TrySetResult();
    }

    /// <summary>Ends the taking; completes when what was there has been taken.</summary>
    public Task StopAsync()
    {
        _stop.Cancel();
        return _ended.Task;
    }

    /// <summary>Takes what has come since the taking was stopped, without waiting for more.</summary>
    public async Task TakeWaitingAsync()
    {
        try
        {
            while (true)
                onTaken(await store.TakeAsync(_request, _stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Nothing more is there.
        }
        catch (Exception exception)
        {
            // The boundary to the store: what cannot be taken now stays queued in it.
            SafeLog.Write(() => Log.TakeFailed(logger, queue, exception));
        }
    }

    public void Dispose() => _stop.Dispose();
}

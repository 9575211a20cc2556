using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Execution;

/// <summary>
/// Has the start and the end of a run stored, however long the store cannot: the worker waits with them, so a node that cannot store
/// stops taking by itself. Given up only when the drain time of a stop is over.
/// </summary>
internal sealed class StoreInsistence(TimeProvider timeProvider, ILogger<StoreInsistence> logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _givenUp = new();

    /// <summary>What fails from now on is not tried again.</summary>
    public void GiveUp() => _givenUp.Cancel();

    /// <summary>Calls the store until it does not fail any more.</summary>
    /// <param name="task">The task, for the log.</param>
    /// <param name="state">Handed to the call, so that nothing is allocated for one that does not fail.</param>
    /// <param name="store">The call.</param>
    public async ValueTask<T> UntilStoredAsync<TState, T>(BackgroundTask task, TState state, Func<TState, ValueTask<T>> store)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await store(state);
            }
            catch (BackgroundTaskStoreException exception) when (!_givenUp.IsCancellationRequested)
            {
                if (pause == FirstPause)
                    Tell(task, exception);
                await Task.Delay(pause, timeProvider, _givenUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Tell(BackgroundTask task, Exception exception) => SafeLog.Write(() => Log.NotStored(logger, task.Type, task.Id.ToString("N"), exception));

    public void Dispose() => _givenUp.Dispose();
}

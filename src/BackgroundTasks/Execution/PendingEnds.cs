using BackgroundTasks.Diagnostics;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Execution;

/// <summary>The ends of tasks that are on their way to the store, with a bound in number and in bytes: a node that cannot store stops taking.</summary>
/// <param name="logger">Told of an end that could not be stored.</param>
/// <param name="hasMemory">Whether memory is left for results that wait.</param>
/// <param name="onNone">Called, without a lock, when none is left.</param>
internal sealed class PendingEnds(ILogger logger, Func<bool> hasMemory, Action onNone)
{
    private const int Most = 256;
    private int _count;

    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>Completes when the worker of the task may go on: at once where it may and there is room, else when the end is stored.</summary>
    public Task AddAsync(BackgroundTask task, Task ending, bool goesOn)
    {
        goesOn &= Interlocked.Increment(ref _count) <= Most && hasMemory();
        var stored = StoredAsync(task, ending);
        return goesOn ? Task.CompletedTask : stored;
    }

    private async Task StoredAsync(BackgroundTask task, Task ending)
    {
        try
        {
            await ending;
        }
        catch (Exception exception)
        {
            // The boundary of a worker: the store failed until the stop.
            SafeLog.Write(() => Log.RunFailed(logger, task.Type, task.Id.ToString("N"), exception));
        }

        if (Interlocked.Decrement(ref _count) == 0)
            onNone();
    }
}

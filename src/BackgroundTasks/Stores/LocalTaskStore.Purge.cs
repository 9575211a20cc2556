using System.Collections.Concurrent;

namespace BackgroundTasks.Stores;

/// <summary>The purge: what is kept of the ended ones, and what is counted where a swap meets it.</summary>
internal sealed partial class LocalTaskStore
{
    private readonly SemaphoreSlim _purging = new(1, 1);
    private readonly List<PurgedTask> _purged = [];

    /// <summary>While a purge is under way: the finished tasks, each as it was, that a swap has changed or removed, and counted. One that ended again since is another.</summary>
    private volatile ConcurrentDictionary<(Guid Id, long Version), bool>? _swappedInPurge;

    public async ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken)
    {
        // One at a time: each counts out what it has removed, and is told of the swaps that met it.
        await _purging.WaitAsync(cancellationToken);
        try
        {
            return await PurgeAloneAsync(finishedBefore, keepAtMost, cancellationToken);
        }
        finally
        {
            _swappedInPurge = null;
            _purging.Release();
        }
    }

    /// <summary>Whoever finishes a task makes room for it, so that the finished ones never take more than they may until the retention looks at them.</summary>
    private async ValueTask PurgeOverfullAsync()
    {
        while (journal.IsOverfull && await PurgeAsync(DateTimeOffset.MinValue, int.MaxValue, CancellationToken.None))
            await Task.Yield();
    }

    private async ValueTask<bool> PurgeAloneAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken)
    {
        _purged.Clear();
        var swapped = _swappedInPurge = new();
        var more = await journal.PurgeAsync(finishedBefore, keepAtMost, _purged.Add, cancellationToken);
        foreach (var entry in _fresh.Trim(finishedBefore, keepAtMost))
            Forget(entry, out _);
        foreach (var task in _purged)
        {
            // Who has it in hand decides first what becomes of it.
            if (_entries.TryGetValue(task.Id, out var entry))
            {
                while (!Forget(entry, out var pending) && pending is not null)
                    await pending;
            }

            if (swapped.ContainsKey((task.Id, task.Version)))
                continue;
            QueueOf(task.Queue).Count(task.State, -1);
            Notify(BackgroundTaskChange.Removed(task.Id));
        }

        return more;
    }
}

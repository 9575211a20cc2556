namespace BackgroundTasks.Execution;

/// <summary>The one loop through which a task is changed: read, apply, swap, and again if another was faster.</summary>
internal sealed class TaskChanger(IBackgroundTaskStore store)
{
    /// <summary>
    /// Applies a transition. Found is the task as it is afterwards (null: unknown); changed tells whether this call did it.
    /// Where the transition answers null, nothing is changed. It is handed the state, so that nothing is allocated for it. Known spares the first read.
    /// </summary>
    public async ValueTask<(BackgroundTask? Found, bool Changed)> ApplyAsync<TState>(
        Guid id, TState state, Func<TState, BackgroundTask, BackgroundTask?> transition, CancellationToken cancellationToken, BackgroundTask? known = null)
    {
        // What the caller has in hand may be outdated: only what the store has decides that nothing is to be changed.
        if (known is not null && transition(state, known) is { } first
            && await store.TrySwapAsync(known, first, StoreWrite.Durable, cancellationToken) is SwapResult.Swapped)
            return (first, true);
        while (true)
        {
            var current = await store.FindAsync(id, cancellationToken);
            if (current is null || transition(state, current) is not { } successor)
                return (current, false);
            if (await store.TrySwapAsync(current, successor, StoreWrite.Durable, cancellationToken) is SwapResult.Swapped)
                return (successor, true);
        }
    }
}

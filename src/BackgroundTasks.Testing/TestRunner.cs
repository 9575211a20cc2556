using BackgroundTasks.Execution;

namespace BackgroundTasks.Testing;

/// <summary>Runs what is held, one task at a time, by the executor that workers use.</summary>
internal sealed class TestRunner(HeldTasks held, TestStore store, TaskExecutor executor)
{
    /// <summary>A chain of tasks that enqueue each other may have no end.</summary>
    private const int Most = 10_000;

    /// <summary>Runs what is held now, in its order; again, while asked, what it has queued. The tasks as their attempts left them.</summary>
    public async Task RunHeldAsync(List<BackgroundTask> ran, CancellationToken cancellationToken)
    {
        foreach (var task in held.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryRunAsync(task.Id).WaitAsync(cancellationToken) is not { } ended)
                continue;
            ran.Add(ended);
            if (ran.Count >= Most)
                throw new InvalidOperationException($"{Most:N0} tasks have run, and more are queued. Does '{ended.Type}' enqueue itself without a delay?");
        }
    }

    /// <summary>Runs a task if it is still held; null where it is not, or was canceled before it started.</summary>
    public async Task<BackgroundTask?> TryRunAsync(Guid id)
    {
        if (!held.TryTake(id, out var task) || !await StartAsync(task))
            return null;
        return await store.FindAsync(id, CancellationToken.None);
    }

    /// <summary>On a thread of the pool and without the caller's context, as a worker does: a handler must not find the request of its submitter.</summary>
    private Task<bool> StartAsync(BackgroundTask task)
    {
        if (ExecutionContext.IsFlowSuppressed())
            return Task.Run(() => executor.RunAsync(task));
        using (ExecutionContext.SuppressFlow())
            return Task.Run(() => executor.RunAsync(task));
    }
}

using BackgroundTasks.Execution;

namespace BackgroundTasks.Testing;

/// <summary>Runs what is held, one task at a time, by the executor that workers use.</summary>
internal sealed class TestRunner(HeldTasks held, TestStore store, TaskExecutor executor)
{
    /// <summary>Tasks that run inline within each other, without an end, would take all of the stack.</summary>
    private const int Deepest = 100;

    private ExecutionContext? _clean;
    private int _running;

    /// <summary>Takes the context of a worker, which knows of no request and no test.</summary>
    public async Task OpenAsync()
    {
        Task<ExecutionContext?> captured;
        using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable) : ExecutionContext.SuppressFlow())
            captured = Task.Run(ExecutionContext.Capture);
        _clean = await captured;
    }

    /// <summary>Runs what is held now, in its order, and adds the tasks as their attempts left them.</summary>
    public async Task RunHeldAsync(List<BackgroundTask> ran, CancellationToken cancellationToken)
    {
        foreach (var task in held.List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryRunAsync(task.Id).WaitAsync(cancellationToken) is { } ended)
                ran.Add(ended);
        }
    }

    /// <summary>Runs a task if it is still held; null where it is not, or was canceled before it started.</summary>
    public async Task<BackgroundTask?> TryRunAsync(Guid id)
    {
        if (!held.TryTake(id, out var task))
            return null;
        try
        {
            if (Interlocked.Increment(ref _running) > Deepest)
                throw new InvalidOperationException($"{Deepest} tasks run inline within each other. Does '{task.Type}' enqueue itself without a delay?");
            return await StartAsync(task) ? await store.FindAsync(id, CancellationToken.None) : null;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>Does something at once, on this thread, but as on a worker's: without the caller's context, and what it completes goes on within it.</summary>
    public void RunClean(Action action) => ExecutionContext.Run(
        _clean ?? throw new InvalidOperationException("The host has not started."),
        static state =>
        {
            // Put back by the end of the context.
            SynchronizationContext.SetSynchronizationContext(null);
            ((Action)state!)();
        },
        action);

    /// <summary>
    /// A handler must not find the request of its submitter. It runs on the caller's thread as far as it does not wait,
    /// so that a test that has started a drain, and moves the clock, finds it waiting.
    /// </summary>
    private Task<bool> StartAsync(BackgroundTask task)
    {
        Task<bool>? run = null;
        RunClean(() => run = executor.RunAsync(task));
        return run!;
    }
}

namespace BackgroundTasks.Testing;

/// <summary>
/// The store of a test, in which workers, clock and sweeper find nothing to do: what they would do is done when a test says so, or inline.
/// </summary>
internal sealed class TestStore(IBackgroundTaskStore inner, HeldTasks held, SubmittedTasks submitted, Func<TestRunner> runner) : IBackgroundTaskStore, IDisposable
{
    private IDisposable? _subscription;

    /// <summary>The store itself, for those who do their work.</summary>
    public IBackgroundTaskStore Inner => inner;

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        await runner().OpenAsync();
        await inner.OpenAsync(cancellationToken);
        _subscription = inner.Subscribe(held.OnChange);
        foreach (var queue in (await inner.GetOverviewAsync(cancellationToken)).Queues.Where(queue => queue.Paused))
            held.SetPaused(queue.Queue, true);
        foreach (var task in (await ListQueuedAsync(cancellationToken)).OrderBy(task => task.QueuedAt).ThenBy(task => task.Id))
            held.OnChange(BackgroundTaskChange.Stored(task));
    }

    public async ValueTask<AddResult> AddAsync(BackgroundTask task, int capacity, CancellationToken cancellationToken)
    {
        var result = await inner.AddAsync(task, capacity, cancellationToken);
        if (result.Outcome is not AddOutcome.Added)
            return result;
        submitted.Add(task);
        await RunInlineAsync(task);
        return result;
    }

    public async ValueTask<SwapResult> TrySwapAsync(BackgroundTask current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken)
    {
        var result = await inner.TrySwapAsync(current, successor, write, cancellationToken);

        // Queued again by a retry. What a stop puts back is left.
        if (result is SwapResult.Swapped && current.IsTerminal)
            await RunInlineAsync(successor);
        return result;
    }

    public async ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken)
    {
        await inner.SetPausedAsync(queue, paused, cancellationToken);
        held.SetPaused(queue, paused);
        if (!paused && held.RunInline)
            await runner().RunHeldAsync([], cancellationToken);
    }

    public async ValueTask<IReadOnlyList<BackgroundTask>> TakeAsync(TakeRequest request, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return [];
    }

    public ValueTask<DueTasks> ListDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => new(new DueTasks([], null));

    public ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, CancellationToken cancellationToken) => new(false);

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken) => inner.ReadPayloadAsync(task, cancellationToken);

    public ValueTask<BackgroundTask?> FindByUniqueKeyAsync(string type, string uniqueKey, CancellationToken cancellationToken) => inner.FindByUniqueKeyAsync(type, uniqueKey, cancellationToken);

    public void Report(Guid id, int run, BackgroundTaskProgress progress) => inner.Report(id, run, progress);

    public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter filter, CancellationToken cancellationToken) => inner.ListAsync(filter, cancellationToken);

    public IDisposable Subscribe(Action<BackgroundTaskChange> onChange) => inner.Subscribe(onChange);

    public ValueTask<StoreOverview> GetOverviewAsync(CancellationToken cancellationToken) => inner.GetOverviewAsync(cancellationToken);

    public void Dispose() => _subscription?.Dispose();

    private async Task RunInlineAsync(BackgroundTask? queued)
    {
        if (held.RunInline && queued is { State: BackgroundTaskState.Queued })
            await runner().TryRunAsync(queued.Id);
    }

    /// <summary>What an earlier process left.</summary>
    private async Task<List<BackgroundTask>> ListQueuedAsync(CancellationToken cancellationToken)
    {
        List<BackgroundTask> queued = [];
        var filter = new BackgroundTaskFilter { States = [BackgroundTaskState.Queued], PageSize = 200 };
        while (true)
        {
            var page = await inner.ListAsync(filter, cancellationToken);
            queued.AddRange(page.Tasks);
            if (page.Next is null)
                return queued;
            filter = filter with { PageToken = page.Next };
        }
    }
}

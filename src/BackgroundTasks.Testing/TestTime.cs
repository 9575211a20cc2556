using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Testing;

/// <summary>Moves the clock, and does what the application's timers would: queues what is due, removes what is past its retention.</summary>
internal sealed class TestTime(FakeTimeProvider clock, TestStore store, HeldTasks held, TestRunner runner, IOptions<BackgroundTasksOptions> options) : IDisposable
{
    private const int Batch = 1_000;

    private readonly SemaphoreSlim _turn = new(1, 1);

    public FakeTimeProvider Clock => clock;

    public void Dispose() => _turn.Dispose();

    /// <summary>From one due time to the next, so that each task is queued at its own, and what runs inline sees that time.</summary>
    public async Task AdvanceAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        var target = clock.GetUtcNow() + by;
        List<BackgroundTask> ran = [];
        var arrived = false;
        while (!arrived)
        {
            arrived = await StepAsync(target, cancellationToken);
            if (held.RunInline)
                await runner.RunHeldAsync(ran, cancellationToken);
        }

        await PurgeAsync(cancellationToken);
    }

    /// <summary>Queues what is due.</summary>
    public Task ReleaseDueAsync(CancellationToken cancellationToken) => StepAsync(clock.GetUtcNow(), cancellationToken);

    /// <summary>Queues what is due; when to look again.</summary>
    private async Task<DateTimeOffset?> ReleaseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var due = await store.Inner.ListDueAsync(clock.GetUtcNow(), Batch, cancellationToken);
            foreach (var task in due.Tasks)
            {
                if (task.Release(clock.GetUtcNow()) is { } released)
                    await store.Inner.TrySwapAsync(task, released, StoreWrite.Durable, cancellationToken);
            }

            if (due.Tasks.Count < Batch)
                return due.Next;
        }
    }

    /// <summary>True at the target. No handler runs within a turn: one that waits for the clock must not hold it up.</summary>
    private async Task<bool> StepAsync(DateTimeOffset target, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var next = await ReleaseAsync(cancellationToken);
            var step = next < target ? next.Value : target;
            if (step > clock.GetUtcNow())
                runner.RunClean(() => clock.Advance(step - clock.GetUtcNow()));
            await ReleaseAsync(cancellationToken);
            return clock.GetUtcNow() >= target;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task PurgeAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (await store.Inner.PurgeAsync(clock.GetUtcNow() - options.Value.Retention, options.Value.MaxRetained, cancellationToken))
                cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            _turn.Release();
        }
    }
}

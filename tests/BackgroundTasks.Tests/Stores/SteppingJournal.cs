using BackgroundTasks.Stores;
using BackgroundTasks.Tests.Budget;

namespace BackgroundTasks.Tests.Stores;

/// <summary>A journal in memory that lets a test do something when a step is done and its caller does not know yet.</summary>
internal sealed class SteppingJournal : IBackgroundTaskJournal
{
    private readonly MemoryJournal _memory = TestBudget.Journal();

    public Func<Task> AfterFind { get; set; } = () => Task.CompletedTask;

    public Func<Task> BeforeFindByKey { get; set; } = () => Task.CompletedTask;

    /// <summary>Done once a list is asked for; null: nothing.</summary>
    public Func<Task>? BeforeList { get; set; }

    public Func<Task> BeforePurge { get; set; } = () => Task.CompletedTask;

    public Func<Task> AfterPurge { get; set; } = () => Task.CompletedTask;

    /// <summary>Completes a write; null: at once.</summary>
    public Func<CancellationToken, Task>? BeforeWritten { get; set; }

    /// <summary>What an earlier process left to be run.</summary>
    public IReadOnlyList<BackgroundTask> Left { get; init; } = [];

    public async ValueTask<JournalContents> OpenAsync(CancellationToken cancellationToken) => await _memory.OpenAsync(cancellationToken) with { Active = Left };

    public async ValueTask<bool> AddAsync(BackgroundTask task, CancellationToken cancellationToken)
    {
        var added = await _memory.AddAsync(task, cancellationToken);
        if (BeforeWritten is { } before)
            await before(cancellationToken);
        return added;
    }

    public async ValueTask WriteAsync(BackgroundTask? current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken)
    {
        await _memory.WriteAsync(current, successor, write, cancellationToken);
        if (BeforeWritten is { } before)
            await before(cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken) => _memory.ReadPayloadAsync(task, cancellationToken);

    public async ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await _memory.FindAsync(id, cancellationToken);
        await AfterFind();
        return found;
    }

    public async ValueTask<BackgroundTask?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken)
    {
        await BeforeFindByKey();
        return await _memory.FindByKeyAsync(idempotencyKey, cancellationToken);
    }

    public async ValueTask<JournalPage> ListAsync(BackgroundTaskFilter filter, Guid? below, int maxRecords, CancellationToken cancellationToken)
    {
        if (BeforeList is { } before)
            await before();
        return await _memory.ListAsync(filter, below, maxRecords, cancellationToken);
    }

    public async ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, Action<PurgedTask> onPurged, CancellationToken cancellationToken)
    {
        await BeforePurge();
        var more = await _memory.PurgeAsync(finishedBefore, keepAtMost, onPurged, cancellationToken);
        await AfterPurge();
        return more;
    }

    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) => _memory.SetPausedAsync(queue, paused, cancellationToken);
}

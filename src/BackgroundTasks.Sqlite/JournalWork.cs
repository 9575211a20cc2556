namespace BackgroundTasks.Sqlite;

/// <summary>Something that waits for the next transaction.</summary>
internal abstract class JournalWork
{
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is stored.</summary>
    public Task Stored => _stored.Task;

    /// <summary>Does it within a transaction. It may be done again, if the transaction fails.</summary>
    public abstract void Apply(JournalTables tables);

    public void Complete() => _stored.TrySetResult();

    public void Fail(Exception exception) => _stored.TrySetException(exception);
}

/// <summary>A change of a task.</summary>
internal sealed class ChangeWork(Guid id, BackgroundTask? current, BackgroundTask? successor) : JournalWork
{
    public Guid Id => id;

    public override void Apply(JournalTables tables) => tables.Put(id, current, successor);
}

/// <summary>A new task.</summary>
internal sealed class AddWork(BackgroundTask task) : JournalWork
{
    /// <summary>False if its id was taken.</summary>
    public bool IsAdded { get; private set; }

    public override void Apply(JournalTables tables) => IsAdded = tables.TryAdd(task);
}

/// <summary>A batch of the retention.</summary>
internal sealed class PurgeWork(DateTimeOffset finishedBefore, int keepAtMost) : JournalWork
{
    public List<PurgedTask> Purged { get; } = [];

    public bool IsMoreLeft { get; private set; }

    public override void Apply(JournalTables tables)
    {
        Purged.Clear();
        IsMoreLeft = tables.Purge(finishedBefore, keepAtMost, Purged);
    }
}

/// <summary>A queue's pause.</summary>
internal sealed class PauseWork(string queue, bool paused) : JournalWork
{
    public override void Apply(JournalTables tables) => tables.SetPaused(queue, paused);
}

/// <summary>Nothing of its own: it has what is owed stored, and after a fault shows whether the file can be written again.</summary>
internal sealed class ProbeWork : JournalWork
{
    public override void Apply(JournalTables tables)
    {
    }
}

using System.Threading.Tasks.Sources;

namespace BackgroundTasks.Sqlite;

/// <summary>Something that waits for the next transaction, and its caller with it: for the one value task that the writer returns for it.</summary>
internal abstract class JournalWork : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _told;
    private Exception? _failure;

    /// <summary>Completes when it is stored.</summary>
    public ValueTask Stored => new(this, _told.Version);

    /// <summary>Does it within a transaction. It may be done again, if the transaction fails.</summary>
    public abstract void Apply(JournalTables tables);

    /// <summary>It cannot be stored.</summary>
    public void Fail(Exception exception) => _failure = exception;

    /// <summary>Tells the caller that it is stored, or why it is not. The caller goes on at once, on this thread.</summary>
    public void Tell()
    {
        if (_failure is null)
            _told.SetResult(true);
        else
            _told.SetException(_failure);
    }

    void IValueTaskSource.GetResult(short token) => _told.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _told.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _told.OnCompleted(continuation, state, token, flags);
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
/// <param name="oldest">The first that finished.</param>
/// <param name="finishedBefore">Before when a task has finished whose time is over.</param>
/// <param name="keepAtMost">How many are kept.</param>
internal sealed class PurgeWork(List<FinishedRow> oldest, DateTimeOffset finishedBefore, long keepAtMost) : JournalWork
{
    private bool _hasMetDamageInSpace;

    public List<PurgedTask> Purged { get; } = [];

    /// <summary>What it has tried to remove.</summary>
    public List<FinishedRow> Due { get; } = [];

    /// <summary>Whether all that it was given is removed.</summary>
    public bool IsAllRemoved { get; private set; }

    public bool IsSpaceLeft { get; private set; }

    /// <summary>Whether the next one meets less, if this one has met a damaged page.</summary>
    public bool HasLearned => Due.Count > 0 || _hasMetDamageInSpace;

    public override void Apply(JournalTables tables)
    {
        Purged.Clear();
        Due.Clear();
        Due.AddRange(tables.DueOf(oldest, finishedBefore, keepAtMost));
        foreach (var row in Due)
        {
            if (tables.TryRemove(row) && row.Task is { } task)
                Purged.Add(task);
        }

        IsAllRemoved = Due.Count == oldest.Count;
        try
        {
            IsSpaceLeft = tables.GiveBack();
        }
        catch (SqliteFault fault) when (fault.IsOfDamage)
        {
            // Not the rows' fault.
            Due.Clear();
            _hasMetDamageInSpace = true;
            throw;
        }
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

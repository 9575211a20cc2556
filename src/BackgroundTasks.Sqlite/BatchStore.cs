using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Sqlite;

/// <summary>Stores a batch of work in one transaction, and finds out whose fault it is where that fails.</summary>
internal sealed class BatchStore(JournalTables tables, FilePresence presence, OwedChanges owed, WriterFault fault, ILogger logger)
{
    private readonly Completions _completions = new();

    /// <summary>Stores what it can, and tells everybody whose work it is.</summary>
    public void Store(List<JournalWork> batch)
    {
        StoreWhatCanBe(batch);
        _completions.Tell(batch);
    }

    private void StoreWhatCanBe(List<JournalWork> batch)
    {
        var owedIsDue = batch.Exists(static work => work is ProbeWork);
        if (TryStore(batch, owedIsDue) is not { } failure)
            return;

        // One at a time then, so that the fault of one change is not that of the others; but a file that cannot be written is everybody's.
        var alone = !IsEverybodys(failure) && (batch.Count > 1 || owedIsDue);
        var owedFault = alone && owedIsDue ? StoreOwed() : null;
        foreach (var work in batch)
        {
            // The first fault of the file itself is everybody's from there on.
            alone = alone && !IsEverybodys(failure);
            if (!alone || (work is ProbeWork && owedFault is not null))
                work.Fail(alone ? owedFault! : failure);
            else if (TryStore([work], owedIsDue: false) is { } own)
                work.Fail(failure = own);
        }

        // Whether anything can be written still: what has failed may be all that lies on the damaged page.
        if (failure is SqliteFault { IsOfDamage: true } && owedFault is null)
            TryStore([], owedIsDue: false);
    }

    /// <summary>Stores what is owed, one by one if not at once. A change that fails for a reason of its own is named and given up: it would keep all others owed.</summary>
    /// <returns>Why some of it is still owed; null if none is.</returns>
    private Exception? StoreOwed()
    {
        var failure = TryStore([], owedIsDue: true);
        while (failure is not null && !MayPass(failure) && owed.First() is { } change)
        {
            if (TryStore([], owedIsDue: true, change) is not { } own)
                continue;
            failure = own;
            if (!MayPass(own) && owed.GiveUp(change))
                SqliteLog.OwedChangeGivenUp(logger, change.Id.ToString("N"), own);
        }

        return failure is not null && MayPass(failure) ? failure : null;
    }

    /// <summary>The same change may be stored later.</summary>
    private static bool MayPass(Exception failure) => IsEverybodys(failure) || failure is SqliteFault { IsFull: true };

    /// <summary>A damaged page is the fault of what lies on it.</summary>
    private static bool IsEverybodys(Exception failure) => failure is SqliteFault { IsOfTheFile: true, IsOfDamage: false };

    /// <summary>Stores some work, with what is owed where that is due, in one transaction.</summary>
    /// <returns>Why nothing of it is stored; null where all is.</returns>
    private Exception? TryStore(List<JournalWork> batch, bool owedIsDue, BackgroundTask? onlyOwed = null)
    {
        try
        {
            presence.Check();
            tables.Begin();

            // One that has nothing to write must not pass for a proof that the fault is over, or that there is none.
            if (fault.Reason is not null || batch.Count == 0)
                tables.Touch();

            // Older than any other change of the same task.
            if (owedIsDue)
                owed.Apply(tables, onlyOwed);
            foreach (var work in batch)
                work.Apply(tables);
            tables.Commit();
        }
        catch (Exception exception)
        {
            // The boundary of the writer: whatever it is, nothing is stored, and who waits for it is told.
            Undo();
            if (exception is SqliteFault { IsOfTheDisk: true })
                WriteOver();

            // What only the change itself is to blame for is its caller's alone.
            if (IsEverybodys(exception) || exception is SqliteFault { IsFull: true } || (exception is SqliteFault { IsOfTheFile: true } && batch.Count == 0 && !owedIsDue))
                fault.Raise(exception);
            return exception;
        }

        fault.Clear();
        owed.Commit();
        // Before anybody is told: who is told may owe the next change of the task at once.
        foreach (var change in batch.OfType<ChangeWork>())
            owed.Forget(change.Id);
        return null;
    }

    private void Undo()
    {
        owed.Rollback();
        try
        {
            tables.Rollback();
        }
        catch (SqliteFault exception)
        {
            // SQLite rolls back by itself then, when the file is used next.
            SqliteLog.RollbackFailed(logger, exception);
        }
    }

    /// <summary>
    /// A commit whose sync has failed is refused, and yet whole in the log: after a crash it would be there. Another is written in its place;
    /// it does not matter whether its own sync fails too.
    /// </summary>
    private void WriteOver()
    {
        try
        {
            tables.Begin();
            tables.Touch();
            tables.Commit();
        }
        catch (SqliteFault)
        {
            Undo();
        }
    }
}

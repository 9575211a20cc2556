using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Sqlite;

/// <summary>
/// The one writer. Everything that waits when a transaction has been committed goes into the next one: a commit costs the disk the same
/// for one change as for a thousand.
/// </summary>
internal sealed class JournalWriter : IAsyncDisposable
{
    private const int LargestBatch = 1_000;

    /// <summary>How long a change that nobody waits for may stay owed.</summary>
    private static readonly TimeSpan LongestOwed = TimeSpan.FromMilliseconds(100);

    private readonly Channel<JournalWork> _waiting = Channel.CreateUnbounded<JournalWork>(new() { SingleReader = true });
    private readonly OwedChanges _owed = new();
    private readonly Database _database;
    private readonly JournalTables _tables;
    private readonly Checkpoints _checkpoints;
    private readonly ILogger _logger;
    private readonly ITimer _payOwed;
    private readonly WriterFault _fault;
    private readonly BatchStore _batches;
    private readonly Task _writing;

    public JournalWriter(Database database, JournalTables tables, Checkpoints checkpoints, TimeProvider timeProvider, ILogger logger)
    {
        (_database, _tables, _checkpoints, _logger) = (database, tables, checkpoints, logger);
        _payOwed = timeProvider.CreateTimer(_ => PayOwed(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _fault = new WriterFault(database.Path, PayOwed, timeProvider, logger);
        _batches = new BatchStore(tables, new FilePresence(database, timeProvider), _owed, _fault, logger);
        _writing = Task.Run(WriteUntilClosedAsync);
    }

    /// <summary>Why the last transaction failed; null where it did not.</summary>
    public string? Fault => _fault.Reason;

    /// <summary>Completes when the work is stored. The token cancels the caller's wait, not the work.</summary>
    public ValueTask StoreAsync(JournalWork work, CancellationToken cancellationToken)
    {
        if (!_waiting.Writer.TryWrite(work))
            return ValueTask.FromException(new BackgroundTaskStoreException($"'{_database.Path}' is closed: the process stops."));
        return cancellationToken.CanBeCanceled ? new(work.Stored.AsTask().WaitAsync(cancellationToken)) : work.Stored;
    }

    /// <summary>Stores a change of a live task a moment later. One that comes after the close is lost with what it tells of: a run that nobody waits for.</summary>
    public void Owe(BackgroundTask successor)
    {
        if (_owed.Add(successor))
            _payOwed.Change(LongestOwed, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Stores what waits and what is owed. The file counts as closed only where all of it is stored.</summary>
    public async ValueTask DisposeAsync()
    {
        await _payOwed.DisposeAsync();
        await _fault.DisposeAsync();
        PayOwed();
        if (!_waiting.Writer.TryComplete())
            return;
        await _writing;
        await _checkpoints.DisposeAsync();
        Close();
        _tables.Dispose();
    }

    private void Close()
    {
        try
        {
            if (_fault.Reason is null && !_owed.Any())
                StoreState.Close(_database);
            else
                SqliteLog.CloseNotStored(_logger, _database.Path, null);
        }
        catch (SqliteFault fault)
        {
            SqliteLog.CloseNotStored(_logger, _database.Path, fault);
        }
    }

    private async Task WriteUntilClosedAsync()
    {
        var batch = new List<JournalWork>();
        var last = 0;
        while (await _waiting.Reader.WaitToReadAsync())
        {
            Gather(batch);

            // Far fewer than the last time: those that were just told are let go on first, and what they ask next is in this batch too.
            if (batch.Count < last / 2)
            {
                await Task.Yield();
                Gather(batch);
            }

            _batches.Store(batch);
            last = batch.Count;
            batch.Clear();
            _checkpoints.AfterCommit();
        }
    }

    private void Gather(List<JournalWork> batch)
    {
        while (batch.Count < LargestBatch && _waiting.Reader.TryRead(out var work))
            batch.Add(work);
    }

    private void PayOwed() => _waiting.Writer.TryWrite(new ProbeWork());
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Sqlite;

/// <summary>Makes tasks last in an SQLite file of this process: one writer, a few readers, a file that is taken at the start and closed at the end.</summary>
internal sealed class SqliteJournal(
    IOptions<SqliteStoreOptions> options, TimeProvider timeProvider, ILogger<SqliteJournal> logger, BackgroundTaskClock? clock = null)
    : IBackgroundTaskJournal, IAsyncDisposable, IDisposable
{
    private readonly SqliteStoreOptions _options = options.Value;
    private readonly SafeLogger _logger = new(logger);
    private OpenStore? _store;

    public string? Fault => _store?.Writer.Fault;

    /// <summary>The schema that the file is to have.</summary>
    internal Schema Schema { get; init; } = Schema.Current;

    private OpenStore Store => _store ?? throw new BackgroundTaskStoreException($"'{_options.Path}' is not open.");

    public ValueTask<JournalContents> OpenAsync(CancellationToken cancellationToken)
    {
        (_store, var contents) = OpenStore.Open(_options, Schema, clock ?? new(timeProvider), timeProvider, _logger);
        return new(contents);
    }

    public async ValueTask<bool> AddAsync(BackgroundTask task, CancellationToken cancellationToken)
    {
        var addition = new AddWork(task);
        await Store.Writer.StoreAsync(addition, cancellationToken);
        return addition.IsAdded;
    }

    public ValueTask WriteAsync(BackgroundTask? current, BackgroundTask? successor, StoreWrite write, CancellationToken cancellationToken)
    {
        if (write is StoreWrite.Behind && successor is not null)
        {
            Store.Writer.Owe(successor);
            return default;
        }

        return Store.Writer.StoreAsync(new ChangeWork((successor ?? current!).Id, current, successor), cancellationToken);
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadPayloadAsync(BackgroundTask task, CancellationToken cancellationToken) =>
        Store.Readers.ReadAsync(reader => reader.ReadPayload(task.Id, Store.Payloads.Find(task.Id)), cancellationToken);

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        Store.Readers.ReadAsync(reader => reader.Find(id), cancellationToken);

    public ValueTask<BackgroundTask?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        Store.Keys.Find(idempotencyKey) is { Count: > 0 } numbers
            ? Store.Readers.ReadAsync(reader => reader.FindByKey(idempotencyKey, numbers), cancellationToken)
            : new((BackgroundTask?)null);

    public ValueTask<JournalPage> ListAsync(BackgroundTaskFilter filter, Guid? below, int maxRecords, CancellationToken cancellationToken) =>
        Store.Readers.ReadAsync(reader => reader.List(filter, below, maxRecords), cancellationToken);

    public async ValueTask<bool> PurgeAsync(DateTimeOffset finishedBefore, int keepAtMost, Action<PurgedTask> onPurged, CancellationToken cancellationToken)
    {
        var (readers, left) = (Store.Readers, Store.Left);
        var atOnce = left.AtOnce;
        var oldest = await readers.ReadAsync(reader => reader.Oldest(left), cancellationToken);
        var purge = new PurgeWork(oldest, finishedBefore, (long)keepAtMost + left.Count);
        try
        {
            // Waited for to its end: what was removed must be told of.
            await Store.Writer.StoreAsync(purge, CancellationToken.None);
        }
        catch (SqliteFault fault) when (fault.IsOfDamage && purge.HasLearned)
        {
            left.Learn(purge.Due);
            return true;
        }

        left.Go();
        purge.Purged.ForEach(onPurged);
        return (purge.IsAllRemoved && oldest.Count == atOnce) | purge.IsSpaceLeft;
    }

    public ValueTask SetPausedAsync(string queue, bool paused, CancellationToken cancellationToken) =>
        Store.Writer.StoreAsync(new PauseWork(queue, paused), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_store is { } store)
            await store.DisposeAsync();
    }

    /// <summary>For a host that is disposed without waiting: the file is closed on another thread, and the next process waits for its lock.</summary>
    public void Dispose() => _ = DisposeAsync().AsTask();
}

using System.Collections.Concurrent;

namespace BackgroundTasks.Sqlite;

/// <summary>A few readers, used in turn: reads go on beside the writer and each other, and their caches stay bounded.</summary>
internal sealed class TaskReaders(SqliteStoreOptions options, DamagedRows damaged) : IDisposable
{
    private static readonly int Most = Math.Max(2, Environment.ProcessorCount);
    private readonly ConcurrentBag<TaskReader> _free = [];
    private readonly SemaphoreSlim _room = new(Most, Most);
    private volatile bool _closed;

    public async ValueTask<T> ReadAsync<T>(Func<TaskReader, T> read, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            if (_closed)
                throw new BackgroundTaskStoreException($"'{options.Path}' is closed: the process stops.");
            return Read(_free.TryTake(out var reader) ? reader : new TaskReader(options, damaged), read);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>A read that is under way ends first, and closes its reader itself.</summary>
    public void Dispose()
    {
        _closed = true;
        DisposeFree();
    }

    private T Read<T>(TaskReader reader, Func<TaskReader, T> read)
    {
        var isWhole = false;
        try
        {
            var result = read(reader);
            isWhole = true;
            return result;
        }
        finally
        {
            // One that failed is not used again.
            if (isWhole)
                _free.Add(reader);
            else
                reader.Dispose();

            // Closed while it read.
            if (_closed)
                DisposeFree();
        }
    }

    private void DisposeFree()
    {
        while (_free.TryTake(out var reader))
            reader.Dispose();
    }
}

using System.Collections.Concurrent;

namespace BackgroundTasks.Sqlite;

/// <summary>A few readers, used in turn: reads go on beside the writer and each other, and their caches stay bounded.</summary>
internal sealed class TaskReaders(SqliteStoreOptions options) : IDisposable
{
    private static readonly int Most = Math.Max(2, Environment.ProcessorCount);
    private readonly ConcurrentBag<TaskReader> _free = [];
    private readonly SemaphoreSlim _room = new(Most, Most);

    public async ValueTask<T> ReadAsync<T>(Func<TaskReader, T> read, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        try
        {
            if (!_free.TryTake(out var reader))
                reader = new TaskReader(options);
            try
            {
                var result = read(reader);
                _free.Add(reader);
                return result;
            }
            catch
            {
                // What it did is not known to be undone: the next one begins anew.
                reader.Dispose();
                throw;
            }
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose()
    {
        while (_free.TryTake(out var reader))
            reader.Dispose();
        _room.Dispose();
    }
}

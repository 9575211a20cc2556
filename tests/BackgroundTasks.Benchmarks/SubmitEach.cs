using Microsoft.Data.Sqlite;

namespace BackgroundTasks.Benchmarks;

/// <summary>What is simplest on SQLite: a transaction, and so an fsync, for each submit.</summary>
internal sealed class SubmitEach : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SemaphoreSlim _turn = new(1, 1);

    public SubmitEach(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        Execute("PRAGMA synchronous = FULL");
        Execute("CREATE TABLE tasks (seq INTEGER PRIMARY KEY, id BLOB, state INTEGER, version INTEGER, standing TEXT, type TEXT, queue TEXT, created INTEGER, submission TEXT, payload BLOB)");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO tasks (id, state, version, standing, type, queue, created, submission, payload) VALUES ($id, 1, 1, '{}', $type, $queue, $created, '{}', $payload)";
        foreach (var name in new[] { "$id", "$type", "$queue", "$created", "$payload" })
            _insert.Parameters.Add(new SqliteParameter(name, null));
        _insert.Prepare();
    }

    public async Task SubmitAsync(BackgroundTask task)
    {
        await _turn.WaitAsync();
        try
        {
            _insert.Parameters[0].Value = task.Id.ToByteArray(bigEndian: true);
            _insert.Parameters[1].Value = task.Type;
            _insert.Parameters[2].Value = task.Queue;
            _insert.Parameters[3].Value = task.Submission.CreatedAt.UtcTicks;
            _insert.Parameters[4].Value = task.Submission.Payload.ToArray();
            _insert.ExecuteNonQuery();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
        _turn.Dispose();
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

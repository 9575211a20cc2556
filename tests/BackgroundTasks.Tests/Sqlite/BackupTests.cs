using Microsoft.Data.Sqlite;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>SQLite's online backup, while the store is written.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_made_while_tasks_come_has_everything_acknowledged_before_it()
    {
        var (path, copy) = (_folder.NewFile(), _folder.NewFile());
        var acknowledged = new Acknowledged();
        IReadOnlyList<BackgroundTask> told;
        await using (var store = await SqliteStore.OpenAsync(path))
        {
            using var stop = new CancellationTokenSource();
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var clients = Enumerable.Range(0, 4).Select(seed => Task.Run(async () =>
            {
                var random = new Random(seed);
                for (var i = 0; i < 20 || !stop.IsCancellationRequested; i++)
                {
                    if (i == 20)
                        enough.TrySetResult();
                    await acknowledged.LiveAsync(store, random, longest: 2_000);
                }
            })).ToArray();
            await enough.Task.WaitAsync(TaskHost.Guard);

            told = acknowledged.Now;
            using (var source = new SqliteConnection($"Data Source={path};Pooling=False"))
            using (var target = new SqliteConnection($"Data Source={copy};Pooling=False"))
            {
                source.Open();
                target.Open();
                source.BackupDatabase(target);
            }

            await stop.CancelAsync();
            await Task.WhenAll(clients);
        }

        Assert.NotEmpty(told);
        await acknowledged.AssertKeptAsync(copy, told);
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A task whose handler ends its process, in hosts that are left as a crash leaves them.</summary>
public sealed class LostRunTests : IAsyncLifetime, IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly List<(TaskHost Host, HeldRun? Run)> _crashed = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var (host, run) in _crashed)
        {
            run?.Return("");
            host.Time.Advance(TimeSpan.FromHours(1));
            await host.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_task_that_ends_its_process_again_and_again_is_counted_and_ends_failed_and_its_neighbours_run()
    {
        var path = _folder.NewFile();
        var (first, held) = await StartAsync(path);
        var killer = await first.Queue.EnqueueAsync(new HeldPayload("killer"));
        var neighbour = await first.Queue.EnqueueAsync(new HeldPayload("neighbour"));
        path = await CrashAsync(path, first, held);

        // The first start was written behind, and is lost: from then on each start is stored before its handler is called.
        for (var lost = 0; lost < 3; lost++)
        {
            (var host, held) = await StartAsync(path);
            path = await CrashAsync(path, host, held);
            Assert.Equal(lost, (await host.Queue.FindAsync(killer.Id))!.LostRuns);
        }

        var (last, _) = await StartAsync(path);
        _crashed.Add((last, null));
        var ended = await last.EndOf(killer);
        Assert.Equal((BackgroundTaskState.Failed, "lost", 3), (ended.State, ended.Error!.Type, ended.LostRuns));
        Assert.Contains("3 times", ended.Error.Message, StringComparison.Ordinal);
        var unharmed = await last.EndOf(neighbour);
        Assert.Equal((BackgroundTaskState.Succeeded, 0, 1), (unharmed.State, unharmed.LostRuns, unharmed.Run));
    }

    /// <summary>Leaves the host while the killer runs; its neighbour ends where it comes first. The file as it is then.</summary>
    private async Task<string> CrashAsync(string path, TaskHost host, HeldWork held)
    {
        var run = await held.NextAsync();
        if (run.Name == "neighbour")
        {
            run.Return("1");
            run = await held.NextAsync();
        }

        Assert.Equal("killer", run.Name);
        _crashed.Add((host, run));
        return _folder.Copy(path);
    }

    private static async Task<(TaskHost Host, HeldWork Held)> StartAsync(string path)
    {
        var held = new HeldWork();
        var host = await TaskHost.StartAsync(
            tasks => tasks.UseSqlite(path).AddHandler<HeldPayload, string>("held", held.HandleAsync),
            options => options.Queues["default"] = new() { Workers = 1 });
        return (host, held);
    }
}

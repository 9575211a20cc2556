using System.Collections.Concurrent;
using BackgroundTasks.Tests.Sqlite.Faults;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;

namespace BackgroundTasks.Tests.Sqlite;

/// <summary>A host whose disk fails now and then.</summary>
public sealed class HostFaultTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly FaultyFileSystem _system = new();

    public void Dispose()
    {
        _system.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_that_ends_during_a_fault_keeps_its_worker_and_ends_once()
    {
        var held = new HeldWork();
        await using var host = await TaskHost.StartAsync(
            tasks => tasks.UseSqlite(_folder.NewFile(), options => options.Vfs = _system.Name).AddHandler<HeldPayload, string>("held", held.HandleAsync),
            options => options.Queues["default"] = new() { Workers = 1 });
        var first = await host.Queue.EnqueueAsync(new HeldPayload("first"));
        var run = await held.NextAsync();
        var second = await host.Queue.EnqueueAsync(new HeldPayload("second"));
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _system.Answer = call =>
        {
            if (FaultyFileSystem.FullDisk(call) is raw.SQLITE_OK)
                return raw.SQLITE_OK;
            refused.TrySetResult();
            return raw.SQLITE_FULL;
        };
        run.Return("1");
        await refused.Task.WaitAsync(TaskHost.Guard);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(BackgroundTaskState.Running, (await host.Queue.FindAsync(first.Id))!.State);
        Assert.False(held.HasStarted);

        _system.Lift();
        var ended = host.EndOf(first);
        while (!ended.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.Equal((BackgroundTaskState.Succeeded, 1), ((await ended).State, (await ended).Run));
        (await held.NextAsync()).Return("2");
        Assert.Equal(BackgroundTaskState.Succeeded, (await host.EndOf(second)).State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_task_that_was_accepted_ends_once_with_its_result(int seed)
    {
        var random = new Random(seed);
        var runs = new ConcurrentDictionary<string, int>();
        await using var host = await TaskHost.StartAsync(tasks => tasks
            .UseSqlite(_folder.NewFile(), options => options.Vfs = _system.Name)
            .AddHandler<HeldPayload, string>("echo", (payload, _, _) =>
            {
                runs.AddOrUpdate(payload.Name, 1, (_, before) => before + 1);
                return Task.FromResult(payload.Name);
            }));
        _system.Answer = call => random.Next(40) == 0 ? FaultyFileSystem.BrokenDisk(call) : raw.SQLITE_OK;

        var accepted = new ConcurrentDictionary<string, BackgroundTask>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(client => Task.Run(() => SubmitAsync(host, client, accepted))));
        _system.Lift();

        Assert.NotEmpty(accepted);
        foreach (var (name, task) in accepted)
        {
            var ending = host.EndOf(task);
            while (!ending.IsCompleted)
            {
                host.Time.Advance(TimeSpan.FromSeconds(5));
                await Task.Yield();
            }

            var ended = await ending;
            Assert.Equal((BackgroundTaskState.Succeeded, $"\"{name}\""), (ended.State, System.Text.Encoding.UTF8.GetString(ended.Result.Span)));
        }

        Assert.Equal(accepted.Keys.Order(), runs.Keys.Order());
        Assert.All(runs.Values, times => Assert.Equal(1, times));
    }

    private static async Task SubmitAsync(TaskHost host, int client, ConcurrentDictionary<string, BackgroundTask> accepted)
    {
        for (var i = 0; i < 50; i++)
        {
            var name = $"{client}-{i}";
            try
            {
                accepted[name] = await host.Queue.EnqueueAsync(new HeldPayload(name));
            }
            catch (BackgroundTaskStoreException)
            {
                // Refused: it must not run.
            }
        }
    }
}

using System.Diagnostics;
using BackgroundTasks.Client.Tests.Faults;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Client.Tests;

/// <summary>Many waits at once, through one client.</summary>
public sealed class ManyWaitsTests
{
    [Fact]
    public async Task A_thousand_waits_at_once_hold_no_thread_each()
    {
        const int Count = 1_000;
        var address = Clients.FreeAddress();
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stub = await Stub.StartAsync(address, async context =>
        {
            await released.Task;
            await context.Response.WriteAsync(Stub.Task("succeeded"));
        });
        var client = Clients.Of(address);
        using var process = Process.GetCurrentProcess();
        var before = process.Threads.Count;

        var waits = Enumerable.Range(0, Count).Select(_ => client.WaitAsync("a1", TimeSpan.FromMinutes(5))).ToList();
        for (var i = 0; i < Count; i++)
            await stub.NextRequestAsync();
        process.Refresh();
        var during = process.Threads.Count;
        released.SetResult();
        var ended = await Task.WhenAll(waits).WaitAsync(Clients.Guard);

        // Tests run side by side, and the pool has some threads of its own.
        Assert.InRange(during - before, int.MinValue, 100);
        Assert.All(ended, task => Assert.True(task.HasEnded));
    }

    [Fact]
    public async Task A_thousand_waits_for_the_real_service_all_end()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var client = Clients.Of(service.Client.BaseAddress!);
        var (id, run) = await service.StartHeldAsync();

        var waits = Enumerable.Range(0, 1_000).Select(_ => client.WaitAsync(id, TimeSpan.FromMinutes(5))).ToList();
        run.Return("done");
        var ended = await Task.WhenAll(waits).WaitAsync(Clients.Guard);

        Assert.All(ended, task => Assert.Equal("done", task.GetResult(TestJson.Default.String)));
    }
}

using BackgroundTasks.Execution;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Tests.Execution;

/// <summary>What goes on for ever is ended by the stop alone: a cancellation that the store throws for reasons of its own is a fault like another.</summary>
public class LoopTests
{
    [Theory]
    [InlineData(nameof(IBackgroundTaskStore.ListDueAsync), typeof(TaskClock))]
    [InlineData(nameof(IBackgroundTaskStore.PurgeAsync), typeof(TaskSweeper))]
    public async Task A_cancellation_of_the_stores_own_does_not_end_it(string method, Type service)
    {
        await using var host = await TaskHost.StartAsync(tasks => StoreFaults.Use(tasks.Services, method, new OperationCanceledException()));
        var loop = (BackgroundService)host.Get<IEnumerable<IHostedService>>().Single(hosted => hosted.GetType() == service);
        var faults = host.Get<StoreFaults>();
        while (faults.Calls < 2 && !loop.ExecuteTask!.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.False(loop.ExecuteTask!.IsCompleted);
    }
}

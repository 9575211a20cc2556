using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Execution;

/// <summary>A host whose last part cannot start, as a server whose address is in use.</summary>
public sealed class FailedStartTests
{
    [Fact]
    public async Task Nothing_is_run_by_a_host_that_does_not_start()
    {
        var held = new HeldWork();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddBackgroundTasks().AddHandler<HeldPayload, string>("held", held.HandleAsync);
        builder.Services.AddHostedService<FailingPart>();
        using var host = builder.Build();

        await Assert.ThrowsAsync<IOException>(() => host.StartAsync());

        Assert.False(held.HasStarted);
        await host.StopAsync().WaitAsync(TaskHost.Guard);
        Assert.False(held.HasStarted);
    }

    private sealed class FailingPart(IBackgroundTaskQueue queue) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await queue.EnqueueAsync(new HeldPayload("early"), cancellationToken: cancellationToken);

            // A worker that is awake needs a few turns.
            for (var turn = 0; turn < 1_000; turn++)
                await Task.Yield();
            throw new IOException("The address is in use.");
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Benchmarks;

/// <summary>Runs tasks through the queue, its worker and a handler in a scope, JSON in and out, as often as it is told.</summary>
internal static class TaskServer
{
    public static async Task<int> RunAsync(string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.AddSingleton<SemaphoreSlim>(_ => new(0));
        builder.Services.AddBackgroundTasks(options =>
        {
            options.MaxRetained = 2_000;
            options.Queues[BackgroundTasksOptions.DefaultQueue] = new() { Workers = 1 };
        }).AddHandler<SignalHandler, Signal, Echo>("signal");
        await using var app = builder.Build();
        app.MapPost("/run/{count:int}", static async (int count, int added, IBackgroundTaskQueue queue, SemaphoreSlim ran) =>
        {
            var payload = new Signal(new string('p', 89), added);
            for (var i = 0; i < count; i++)
            {
                await queue.EnqueueAsync(payload);

                // One at a time, without a waiter of the library's or of this program's.
                ran.Wait();
            }
        });
        await app.RunAsync();
        return 0;
    }

    private sealed record Signal(string Text, int Added);

    private sealed class SignalHandler(SemaphoreSlim ran) : IBackgroundTaskHandler<Signal, Echo>
    {
        public Task<Echo> HandleAsync(Signal payload, BackgroundTaskContext context, CancellationToken cancellationToken)
        {
            if (payload.Added > 0)
                GC.KeepAlive(new byte[payload.Added]);
            ran.Release();
            return Task.FromResult(new Echo(payload.Text));
        }
    }
}

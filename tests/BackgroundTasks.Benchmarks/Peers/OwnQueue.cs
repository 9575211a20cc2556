using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Benchmarks;

/// <summary>The library: a handler in a scope of its own, JSON in and out, the result kept.</summary>
internal sealed class OwnQueue(IBackgroundTaskQueue queue) : IQueuePeer
{
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<Handler>();
        services.AddBackgroundTasks().AddHandler<Handler, Echo, Echo>("echo");
        services.AddSingleton<IQueuePeer, OwnQueue>();
    }

    public async ValueTask EnqueueAsync(string text) => await queue.EnqueueAsync(new Echo(text));

    internal sealed class Handler(RunCounter counter) : IBackgroundTaskHandler<Echo, Echo>
    {
        public Task<Echo> HandleAsync(Echo payload, BackgroundTaskContext context, CancellationToken cancellationToken)
        {
            counter.Ran();
            return Task.FromResult(new Echo(payload.Text));
        }
    }
}

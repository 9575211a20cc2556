using Coravel;
using Coravel.Invocable;
using Coravel.Queuing;
using Coravel.Queuing.Interfaces;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Benchmarks;

/// <summary>Coravel's queue: an invocable in a scope of its own; no JSON, no result. Its timer (1 s at least) is not waited for.</summary>
internal sealed class CoravelQueue(IQueue queue) : IQueuePeer
{
    public static void Add(IServiceCollection services)
    {
        services.AddQueue();
        services.AddTransient<Invocable>();
        services.AddSingleton<IQueuePeer, CoravelQueue>();
    }

    public ValueTask EnqueueAsync(string text)
    {
        queue.QueueInvocableWithPayload<Invocable, Echo>(new(text));
        return default;
    }

    public async ValueTask FlushAsync() => await ((Queue)queue).ConsumeQueueAsync();

    internal sealed class Invocable(RunCounter counter) : IInvocable, IInvocableWithPayload<Echo>
    {
        public Echo Payload { get; set; } = null!;

        public Task Invoke()
        {
            counter.Ran();
            return Task.CompletedTask;
        }
    }
}

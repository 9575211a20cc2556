using System.Collections.Concurrent;
using Coravel;
using Coravel.Invocable;
using Coravel.Queuing.Interfaces;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Benchmarks;

/// <summary>Coravel's queue, looked at each second, the shortest it allows (30 s by default). It keeps no results: a dictionary does.</summary>
internal sealed class CoravelPeer(IQueue queue, ConcurrentDictionary<Guid, string> results) : IPeer
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Configuration["Coravel:Queue:ConsummationDelay"] = "1";
        builder.Services.AddQueue();
        builder.Services.AddTransient<EchoInvocable>();
        builder.Services.AddSingleton<ConcurrentDictionary<Guid, string>>();
        builder.Services.AddSingleton<IPeer, CoravelPeer>();
    }

    public string Submit(Echo payload)
    {
        var id = Guid.NewGuid();
        queue.QueueInvocableWithPayload<EchoInvocable, Job>(new(id, payload.Text));
        return id.ToString("N");
    }

    public (bool Finished, string? Result) Find(string id) => results.TryGetValue(Guid.Parse(id), out var result) ? (true, result) : (false, null);

    internal sealed record Job(Guid Id, string Text);

    internal sealed class EchoInvocable(ConcurrentDictionary<Guid, string> results) : IInvocable, IInvocableWithPayload<Job>
    {
        public Job Payload { get; set; } = null!;

        public Task Invoke()
        {
            results[Payload.Id] = Payload.Text;
            return Task.CompletedTask;
        }
    }
}

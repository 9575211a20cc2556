using Hangfire;
using Hangfire.States;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Benchmarks;

/// <summary>Hangfire.InMemory with 20 workers, its default at most; the result is in the job's state.</summary>
internal sealed class HangfirePeer(IBackgroundJobClient jobs, JobStorage storage) : IPeer
{
    public static void Add(IServiceCollection services)
    {
        services.AddHangfire(configuration => configuration.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings().UseInMemoryStorage());
        services.AddHangfireServer(options => options.WorkerCount = 20);
        services.AddTransient<EchoJob>();
        services.AddSingleton<IPeer, HangfirePeer>();
    }

    public string Submit(Echo payload)
    {
        var text = payload.Text;
        return jobs.Enqueue<EchoJob>(job => job.Run(text));
    }

    public (bool Finished, string? Result) Find(string id)
    {
        using var connection = storage.GetReadOnlyConnection();
        return connection.GetStateData(id) is { } state && state.Name == SucceededState.StateName ? (true, state.Data["Result"]) : (false, null);
    }

    /// <summary>Public, as Hangfire asks.</summary>
    public sealed class EchoJob
    {
        public string Run(string text) => text;
    }
}

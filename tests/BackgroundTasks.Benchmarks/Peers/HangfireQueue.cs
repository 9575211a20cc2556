using Hangfire;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Benchmarks;

/// <summary>Hangfire.InMemory with 20 workers: a job in a scope of its own, JSON in and out, the result kept.</summary>
internal sealed class HangfireQueue(IBackgroundJobClient jobs) : IQueuePeer
{
    public static void Add(IServiceCollection services)
    {
        services.AddHangfire(configuration => configuration.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings().UseInMemoryStorage());
        services.AddHangfireServer(options => options.WorkerCount = 20);
        services.AddTransient<Job>();
        services.AddSingleton<IQueuePeer, HangfireQueue>();
    }

    public ValueTask EnqueueAsync(string text)
    {
        jobs.Enqueue<Job>(job => job.Run(text));
        return default;
    }

    internal sealed class Job(RunCounter counter)
    {
        public string Run(string text)
        {
            counter.Ran();
            return text;
        }
    }
}

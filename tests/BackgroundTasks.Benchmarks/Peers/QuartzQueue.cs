using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace BackgroundTasks.Benchmarks;

/// <summary>Quartz with its store in memory: a durable job, fired once for each task with its data; no result.</summary>
internal sealed class QuartzQueue(ISchedulerFactory schedulers) : IQueuePeer
{
    private static readonly JobKey Key = new("echo");
    private IScheduler? _scheduler;

    public static void Add(IServiceCollection services)
    {
        services.AddQuartz(quartz =>
        {
            quartz.UseInMemoryStore();
            quartz.UseDefaultThreadPool(20);
            quartz.AddJob<Job>(job => job.WithIdentity(Key).StoreDurably());
        });
        services.AddQuartzHostedService();
        services.AddSingleton<IQueuePeer, QuartzQueue>();
    }

    public async ValueTask EnqueueAsync(string text)
    {
        _scheduler ??= await schedulers.GetScheduler();
        await _scheduler.TriggerJob(Key, new Echo(text));
    }

    internal sealed class Job(RunCounter counter) : IJob<Echo>
    {
        public ValueTask Execute(IJobExecutionContext context, Echo input, CancellationToken cancellationToken)
        {
            counter.Ran();
            return default;
        }
    }
}

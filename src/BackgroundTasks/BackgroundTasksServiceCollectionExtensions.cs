using BackgroundTasks;
using BackgroundTasks.AfterResponse;
using BackgroundTasks.Diagnostics;
using BackgroundTasks.Execution;
using BackgroundTasks.Http;
using BackgroundTasks.Stores;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds background tasks to an application.</summary>
public static class BackgroundTasksServiceCollectionExtensions
{
    /// <summary>Adds the queue, its workers, the store in memory, and <see cref="IBackgroundTasks"/>. Handlers are added to what it returns.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">The settings.</param>
    public static BackgroundTasksBuilder AddBackgroundTasks(this IServiceCollection services, Action<BackgroundTasksOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<BackgroundTasksOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        if (services.Any(service => service.ServiceType == typeof(BackgroundTaskQueue)))
            return new BackgroundTasksBuilder(services);

        services.AddSingleton<IValidateOptions<BackgroundTasksOptions>, BackgroundTasksOptionsValidator>();
        services.AddSingleton<IValidateOptions<BackgroundTaskTypeOptions>, BackgroundTasksOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<BackgroundTaskIds>();
        services.AddSingleton<BackgroundTaskClock>();
        services.AddSingleton<BackgroundTaskMemory>();
        services.TryAddSingleton<IBackgroundTaskJournal, MemoryJournal>();
        services.TryAddSingleton<IBackgroundTaskStore, LocalTaskStore>();
        services.AddSingleton<TaskTypeRegistry>();
        services.AddSingleton<TaskChanger>();
        services.AddSingleton<TaskExecutor>();
        services.AddSingleton<HandlerCaller>();
        services.AddSingleton<RunEndings>();
        services.AddSingleton<TaskFailure>();
        services.AddSingleton(static provider => new RetryPolicy(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<BackgroundTasksOptions>>()));
        services.AddSingleton<TaskWatch>();
        services.AddSingleton<Deadlines>();
        services.AddSingleton<StoreInsistence>();
        services.AddSingleton<RunMemory>();
        services.AddSingleton<TypeLimits>();
        services.AddSingleton<HandlerThreads>();
        services.AddSingleton<TaskWorker>();
        services.AddSingleton<QueueControl>();
        services.TryAddSingleton<Gate>();
        services.AddSingleton<BackgroundTaskQueue>();
        services.AddSingleton<IBackgroundTaskQueue>(provider => provider.GetRequiredService<BackgroundTaskQueue>());
        services.AddMetrics();
        services.AddSingleton<OverviewReader>();
        services.AddSingleton<TaskMetrics>();
        services.AddSingleton<TaskActivities>();
        services.AddSingleton<TaskTelemetry>();
        services.AddSingleton<ListenerGuard>();

        // Hosted services stop one after the other, the last one first: the worker is to close the gate before anything is waited for,
        // so that the service is unready, and refuses, for the whole of the stop.
        services.AddAfterResponse();
        services.AddHostedService<TaskClock>();
        services.AddHostedService<TaskSweeper>();
        services.AddHostedService(static provider => provider.GetRequiredService<TaskWorker>());
        services.AddTaskHttp();
        services.AddHealthChecks().AddCheck<TaskHealth>("background-tasks", tags: ["ready"]);
        services.AddOptions<HostOptions>().Configure<IOptions<BackgroundTasksOptions>>(
            static (host, tasks) => host.ShutdownTimeout = tasks.Value.DrainTimeout + tasks.Value.StopGrace + TimeSpan.FromSeconds(0.5));
        return new BackgroundTasksBuilder(services);
    }
}

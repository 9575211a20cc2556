using BackgroundTasks.Http.Events;
using BackgroundTasks.Http.OpenApi;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Http;

/// <summary>What the endpoints need of the application.</summary>
internal static class TaskHttpServices
{
    public static IServiceCollection AddTaskHttp(this IServiceCollection services)
    {
        services.AddSingleton<IBackgroundTaskTypes, TaskTypeCatalog>();
        services.AddSingleton<EventTicker>();
        services.AddSingleton<TaskFeed>();
        services.AddSingleton<RequestBody>();
        services.AddSingleton<EndpointNames>();
        services.AddSingleton<SubmitEndpoint>();
        services.AddSingleton<StatusEndpoint>();
        services.AddHostedService<WaitRelease>();
        services.AddTransient<IApiDescriptionProvider, TaskApiDescriptions>();
        return services.ConfigureHttpJsonOptions(static (JsonOptions options) => options.SerializerOptions.TypeInfoResolverChain.Insert(0, TaskJsonContext.Default));
    }

    /// <summary>When the process stops, held requests are answered at once: the server waits for them.</summary>
    private sealed class WaitRelease(IHostApplicationLifetime lifetime, Execution.TaskWatch watch) : IHostedService
    {
        private CancellationTokenRegistration _registration;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _registration = lifetime.ApplicationStopping.UnsafeRegister(static state => ((Execution.TaskWatch)state!).Close(), watch);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _registration.Dispose();
            return Task.CompletedTask;
        }
    }
}

using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.AfterResponse;

/// <summary>Registers <see cref="IBackgroundTasks"/> and what stands behind it.</summary>
internal static class AfterResponseServices
{
    /// <summary>Once is enough; again changes nothing.</summary>
    public static IServiceCollection AddAfterResponse(this IServiceCollection services)
    {
        services.AddOptions<BackgroundTasksOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Gate>();
        services.TryAddSingleton<AfterResponsePlaces>();
        services.TryAddSingleton<AfterResponseExecutor>();
        services.TryAddSingleton<AfterResponseRunner>();
        services.TryAddScoped<IBackgroundTasks, AfterResponseTasks>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, AfterResponseStartupFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IDeveloperPageExceptionFilter, AfterResponseDeveloperPageFilter>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AfterResponseRunner>(
            provider => provider.GetRequiredService<AfterResponseRunner>()));
        return services;
    }
}

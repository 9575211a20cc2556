using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Adds <see cref="WriteFaults"/>.</summary>
internal static class WriteFaultsExtensions
{
    /// <summary>Adds it once, also as a part of readiness.</summary>
    /// <param name="services">The services.</param>
    public static void AddWriteFaults(this IServiceCollection services)
    {
        if (services.Any(static service => service.ServiceType == typeof(WriteFaults)))
            return;
        services.TryAddSingleton<WriteFaults>();
        services.AddHealthChecks().AddCheck<WriteFaults>("files", tags: ["ready"]);
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks;

/// <summary>What <c>AddBackgroundTasks()</c> returns: handlers and stores are added to it.</summary>
/// <param name="services">The application's services.</param>
public sealed class BackgroundTasksBuilder(IServiceCollection services)
{
    /// <summary>The application's services.</summary>
    public IServiceCollection Services { get; } = services;
}

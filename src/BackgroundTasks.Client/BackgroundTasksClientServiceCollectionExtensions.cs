using BackgroundTasks.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the client to an application.</summary>
public static class BackgroundTasksClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="BackgroundTasksClient"/> over <see cref="IHttpClientFactory"/>. Handlers, such as one that signs requests, are added to what it returns;
    /// none is needed for retries, and a time-out beside the client's own would cut its waits short. Called again, it replaces the address and the options.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="address">The service's address, with the path that it is mapped under.</param>
    /// <param name="configure">How long the client tries, waits and listens.</param>
    /// <exception cref="ArgumentException">The address is not absolute.</exception>
    public static IHttpClientBuilder AddBackgroundTasksClient(this IServiceCollection services, Uri address, Action<BackgroundTasksClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri)
            throw new ArgumentException("Give an absolute address, such as http://localhost:5080.", nameof(address));
        services.AddSingleton(provider => OptionsOf(provider, configure));
        return services.AddHttpClient(nameof(BackgroundTasksClient))
            .ConfigureHttpClient(http =>
            {
                http.BaseAddress = address;

                // The client has a limit for every call, and its waits and streams outlast a common one.
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            .AddTypedClient(static (http, provider) => new BackgroundTasksClient(http, provider.GetRequiredService<BackgroundTasksClientOptions>()));
    }

    private static BackgroundTasksClientOptions OptionsOf(IServiceProvider provider, Action<BackgroundTasksClientOptions>? configure)
    {
        var options = new BackgroundTasksClientOptions { TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System };
        configure?.Invoke(options);
        return options;
    }
}

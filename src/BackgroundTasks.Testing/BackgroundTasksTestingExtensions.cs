using BackgroundTasks;
using BackgroundTasks.Execution;
using BackgroundTasks.Stores;
using BackgroundTasks.TaskTypes;
using BackgroundTasks.Testing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts the background tasks of an application into the hands of a test.</summary>
public static class BackgroundTasksTestingExtensions
{
    /// <summary>
    /// Adds <see cref="BackgroundTaskTesting"/>, by which a test runs tasks, looks at them and moves the clock, and stops the workers, the timer and the
    /// sweeper that do so otherwise. The application's <see cref="TimeProvider"/> becomes a <see cref="FakeTimeProvider"/>; one that is registered already, as an instance, stays.
    /// Retries wait for the full bound of their backoff, without jitter. Tasks are kept in memory unless the test asks for the application's store, whose file is not opened then.
    /// It may be called before <c>UseSqlite</c> or after it, but after a clock or another store of one's own is added. Of two calls the later one counts.
    /// The library logs warnings and errors only.
    /// </summary>
    /// <param name="builder">What <c>AddBackgroundTasks()</c> returned. In <c>ConfigureTestServices</c>, call that once more: it adds nothing twice.</param>
    /// <param name="mode">When tasks run; held until they are drained by default.</param>
    /// <param name="store">Where tasks are kept; in memory by default.</param>
    public static BackgroundTasksBuilder UseTesting(this BackgroundTasksBuilder builder, BackgroundTaskTestMode mode = BackgroundTaskTestMode.Hold, BackgroundTaskTestStore store = BackgroundTaskTestStore.Memory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.RemoveAll<TestSettings>();
        services.AddSingleton(new TestSettings(mode, store));
        if (services.Any(service => service.ServiceType == typeof(BackgroundTaskTesting)))
            return builder;

        UseFakeClock(services);
        services.AddLogging(static logging => logging.AddFilter(nameof(BackgroundTasks), LogLevel.Warning));
        services.AddSingleton<HeldTasks>();
        services.Replace(ServiceDescriptor.Singleton(static provider => new RetryPolicy(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<BackgroundTasksOptions>>(), static () => 1)));
        services.AddSingleton(static provider => new SubmittedTasks(
            provider.GetRequiredService<TaskTypeRegistry>(), provider.GetRequiredService<IOptions<BackgroundTasksOptions>>().Value.SerializerOptions));
        HoldStore(services);
        services.AddSingleton<TestRunner>();
        services.AddSingleton<TestTime>();
        services.AddSingleton<IBackgroundTaskQueue>(static provider => new TestQueue(provider.GetRequiredService<BackgroundTaskQueue>()));
        services.AddSingleton(CreateTesting);
        return builder;
    }

    private static BackgroundTaskTesting CreateTesting(IServiceProvider provider) => provider.GetRequiredService<IBackgroundTaskStore>() is TestStore
        ? new(provider.GetRequiredService<TestTime>(), provider.GetRequiredService<TestRunner>(), provider.GetRequiredService<SubmittedTasks>())
        : throw new InvalidOperationException("Another store was added after UseTesting, so that tasks run as usual. Call UseTesting last.");

    private static void UseFakeClock(IServiceCollection services)
    {
        var clock = services.LastOrDefault(service => service.ServiceType == typeof(TimeProvider))?.ImplementationInstance as FakeTimeProvider ?? new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        services.RemoveAll<TimeProvider>();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(clock);
    }

    /// <summary>The store that the test asks for, behind one in which workers find nothing to do. The other one is not made.</summary>
    private static void HoldStore(IServiceCollection services)
    {
        var store = services.Last(service => service.ServiceType == typeof(IBackgroundTaskStore) && !service.IsKeyedService);
        services.RemoveAll<IBackgroundTaskStore>();
        services.Add(Keyed(store));
        services.AddKeyedSingleton<IBackgroundTaskStore>(
            BackgroundTaskTestStore.Memory, static (provider, _) => ActivatorUtilities.CreateInstance<LocalTaskStore>(provider, ActivatorUtilities.CreateInstance<MemoryJournal>(provider)));
        services.AddSingleton(static provider => new TestStore(
            provider.GetRequiredKeyedService<IBackgroundTaskStore>(provider.GetRequiredService<TestSettings>().Store), provider.GetRequiredService<HeldTasks>(), provider.GetRequiredService<SubmittedTasks>(),
            provider.GetRequiredService<TestRunner>));
        services.AddSingleton<IBackgroundTaskStore>(static provider => provider.GetRequiredService<TestStore>());
    }

    private static ServiceDescriptor Keyed(ServiceDescriptor store) => store switch
    {
        { ImplementationInstance: { } instance } => new(store.ServiceType, BackgroundTaskTestStore.Application, instance),
        { ImplementationFactory: { } factory } => new(store.ServiceType, BackgroundTaskTestStore.Application, (provider, _) => factory(provider), store.Lifetime),
        _ => new(store.ServiceType, BackgroundTaskTestStore.Application, store.ImplementationType!, store.Lifetime),
    };
}

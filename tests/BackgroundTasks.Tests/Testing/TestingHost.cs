using BackgroundTasks.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Testing;

/// <summary>A host as one who writes handlers has it in a test.</summary>
internal sealed class TestingHost : IAsyncDisposable
{
    private readonly IHost _host;

    private TestingHost(IHost host) => _host = host;

    public IBackgroundTaskQueue Queue => Get<IBackgroundTaskQueue>();

    public BackgroundTaskTesting Testing => Get<BackgroundTaskTesting>();

    public static async Task<TestingHost> StartAsync(
        Action<BackgroundTasksBuilder> handlers, BackgroundTaskTestMode mode = BackgroundTaskTestMode.Hold, Action<BackgroundTasksOptions>? options = null, BackgroundTaskTestStore store = BackgroundTaskTestStore.Memory)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var tasks = builder.Services.AddBackgroundTasks(options);
        handlers(tasks);
        tasks.UseTesting(mode, store);
        var host = builder.Build();
        await host.StartAsync();
        return new TestingHost(host);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

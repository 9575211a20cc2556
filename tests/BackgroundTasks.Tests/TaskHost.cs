using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests;

/// <summary>A host with background tasks and a fake clock.</summary>
internal sealed class TaskHost : IAsyncDisposable
{
    /// <summary>Ends a test that hangs; nothing waits for it otherwise.</summary>
    public static readonly TimeSpan Guard = HeldWork.Guard;

    private readonly IHost _host;

    private TaskHost(IHost host, FakeTimeProvider time) => (_host, Time) = (host, time);

    public FakeTimeProvider Time { get; }

    public IBackgroundTaskQueue Queue => Get<IBackgroundTaskQueue>();

    public static async Task<TaskHost> StartAsync(Action<BackgroundTasksBuilder> handlers, Action<BackgroundTasksOptions>? options = null, string environment = "Production")
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(time);
        handlers(builder.Services.AddBackgroundTasks(options));
        var host = builder.Build();
        await host.StartAsync();
        return new TaskHost(host, time);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public Task StopAsync() => _host.StopAsync();

    /// <summary>The task once it has ended.</summary>
    public Task<BackgroundTask> EndOf(BackgroundTask task) => WaitForEndAsync(task.Id).WaitAsync(Guard);

    /// <summary>However far a test moves the clock meanwhile.</summary>
    private async Task<BackgroundTask> WaitForEndAsync(Guid id)
    {
        while (true)
        {
            var task = await Queue.WaitAsync(id, TimeSpan.FromDays(1)) ?? throw new InvalidOperationException("The task is gone.");
            if (task.IsTerminal)
                return task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}

using BackgroundTasks.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Tests.Testing;

/// <summary>The kit in an application that keeps its tasks in a file: the file is the application's, not the test's.</summary>
public sealed class FileTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("background-tasks-").FullName;
    private readonly StepsHandler _steps = new();
    private Guid _left;

    private string File => Path.Combine(_folder, "tasks.db");

    /// <summary>The application has run before and left a task in its queue.</summary>
    public async Task InitializeAsync()
    {
        using var application = Build(tasks => tasks.UseSqlite(File).UseTesting(store: BackgroundTaskTestStore.Application));
        await application.StartAsync();
        _left = (await application.Services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(new Step("left"))).Id;
        await application.StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_file_of_the_application_is_not_opened_whichever_is_called_first(bool testingFirst)
    {
        var before = await System.IO.File.ReadAllBytesAsync(File);
        using var host = Build(tasks => _ = testingFirst ? tasks.UseTesting().UseSqlite(File) : tasks.UseSqlite(File).UseTesting());
        await host.StartAsync();
        await host.Services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(new Step("a"));

        var ran = await host.Services.GetRequiredService<BackgroundTaskTesting>().DrainAsync();
        await host.StopAsync();

        Assert.Equal(["a"], _steps.Began);
        Assert.Equal(BackgroundTaskState.Succeeded, Assert.Single(ran).State);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File));
    }

    [Fact]
    public async Task Tests_of_one_application_run_side_by_side_and_beside_it()
    {
        using var application = Build(tasks => tasks.UseSqlite(File));
        using var one = Build(tasks => tasks.UseSqlite(File).UseTesting());
        using var other = Build(tasks => tasks.UseSqlite(File).UseTesting());

        await application.StartAsync();
        await one.StartAsync();
        await other.StartAsync();
        await one.Services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(new Step("a"));

        Assert.Empty(await other.Services.GetRequiredService<BackgroundTaskTesting>().DrainAsync());
        Assert.Single(await one.Services.GetRequiredService<BackgroundTaskTesting>().DrainAsync());
        await other.StopAsync();
        await one.StopAsync();
        await application.StopAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_test_that_asks_for_the_file_has_what_is_queued_in_it(bool testingFirst)
    {
        using var host = Build(tasks => _ = testingFirst
            ? tasks.UseTesting(store: BackgroundTaskTestStore.Application).UseSqlite(File)
            : tasks.UseSqlite(File).UseTesting(store: BackgroundTaskTestStore.Application));
        await host.StartAsync();

        var ran = await host.Services.GetRequiredService<BackgroundTaskTesting>().DrainAsync();
        await host.StopAsync();

        Assert.Equal(_left, Assert.Single(ran).Id);
    }

    [Fact]
    public async Task The_library_logs_no_information_in_a_test()
    {
        using var host = Build(tasks => tasks.UseTesting());
        await host.StartAsync();
        await host.Services.GetRequiredService<IBackgroundTaskQueue>().EnqueueAsync(new Step("a"));
        await host.Services.GetRequiredService<BackgroundTaskTesting>().DrainAsync();
        await host.StopAsync();

        Assert.DoesNotContain(host.Services.GetFakeLogCollector().GetSnapshot(), entry => entry.Category!.StartsWith("BackgroundTasks", StringComparison.Ordinal));
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private IHost Build(Action<BackgroundTasksBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddFakeLogging();
        var tasks = builder.Services.AddBackgroundTasks();
        _steps.AddTo(tasks);
        configure(tasks);
        return builder.Build();
    }
}

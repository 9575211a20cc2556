using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.AfterResponse;

public sealed class AfterResponseShutdownTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Gate _held = new();

    [Fact]
    public async Task A_stop_waits_for_the_work()
    {
        await using var app = await StartAsync();
        await app.GetAsync("/held");
        await app.GetAsync("/note");

        var stop = app.Host.StopAsync();
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.False(stop.IsCompleted);
        _held.Release();
        await stop.Guarded();

        Assert.Equal(["note"], app.Ran);
        Assert.Empty(app.Log.Entries);
    }

    [Fact]
    public async Task A_stop_gives_up_when_the_drain_time_is_over_and_tells_how_much_is_lost()
    {
        await using var app = await StartAsync();
        await app.GetAsync("/held");
        await _held.Entered;
        await app.GetAsync("/note");
        await app.GetAsync("/note");

        var stop = app.Host.StopAsync();
        _time.Advance(TimeSpan.FromSeconds(8));
        await stop.Guarded();

        Assert.Empty(app.Ran);
        var lost = Assert.Single(app.Log.Entries);
        Assert.Equal(("AfterResponseLost", LogLevel.Warning), (lost.Name, lost.Level));
        Assert.StartsWith("4 pieces", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_does_not_listen_holds_the_stop_no_longer_than_the_host_waits()
    {
        await using var app = await StartAsync(app => app.Map("/deaf", (IBackgroundTasks tasks) => tasks.AddTask((_, _) => _held.PassAsync(CancellationToken.None))));
        await app.GetAsync("/deaf");
        await _held.Entered;
        using var hostGivesUp = new CancellationTokenSource();

        var stop = app.Host.StopAsync(hostGivesUp.Token);
        await hostGivesUp.CancelAsync();
        await Record.ExceptionAsync(() => stop.Guarded());

        Assert.True(stop.IsCompleted);
        Assert.StartsWith("1 pieces", Assert.Single(app.Log.Entries).Message, StringComparison.Ordinal);
        _held.Release();
    }

    [Fact]
    public async Task A_request_in_flight_adds_work_while_the_host_stops_and_it_is_waited_for()
    {
        var endpoint = new Gate();
        await using var app = await StartAsync(app => app.Map("/slow", async (IBackgroundTasks tasks) =>
        {
            await endpoint.PassAsync();
            tasks.AddTask(_held.WorkAsync);
            tasks.AddTask<IBackgroundTasks>((again, _) =>
            {
                again.AddTask(app.Note("added by work"));
                return Task.CompletedTask;
            });
        }));
        var request = app.GetAsync("/slow");
        await endpoint.Entered;

        var stop = app.Host.StopAsync();
        endpoint.Release();
        await request.Guarded();
        await _held.Entered;
        Assert.False(stop.IsCompleted);
        _held.Release();
        await stop.Guarded();

        Assert.Equal(["added by work"], app.Ran);
    }

    [Fact]
    public async Task A_stop_waits_for_work_that_work_adds_as_long_as_it_goes_on()
    {
        await using var app = await StartAsync(app => app.Map("/chain", (IBackgroundTasks tasks) => Add(app, tasks, 5)));
        await app.GetAsync("/held");
        await app.GetAsync("/chain");

        var stop = app.Host.StopAsync();
        _held.Release();
        await stop.Guarded();

        Assert.Equal(["5", "4", "3", "2", "1"], app.Ran);

        static void Add(AfterResponseApp app, IBackgroundTasks tasks, int links) => tasks.AddTask<IBackgroundTasks>(async (again, _) =>
        {
            for (var turn = 0; turn < 10_000; turn++) await Task.Yield();
            app.Ran.Enqueue($"{links}");
            if (links > 1) Add(app, again, links - 1);
        });
    }

    /// <summary>Runs one list at a time: GET /held adds two pieces of work, of which the first is held; GET /note adds one that notes that it ran.</summary>
    private Task<AfterResponseApp> StartAsync(Action<AfterResponseApp>? map = null) => AfterResponseApp.StartAsync(
        app =>
        {
            app.Map("/held", (IBackgroundTasks tasks) =>
            {
                tasks.AddTask(_held.WorkAsync);
                tasks.AddTask((_, _) => Task.CompletedTask);
            });
            app.Map("/note", (IBackgroundTasks tasks) => tasks.AddTask(app.Note("note")));
            map?.Invoke(app);
        },
        options => options.AfterResponseConcurrency = 1,
        builder => builder.Services.AddSingleton<TimeProvider>(_time));
}

using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Tests.AfterResponse;

public sealed class AfterResponseDrainTests
{
    private readonly Gate _held = new();

    [Fact]
    public async Task A_drain_does_not_wait_for_what_comes_meanwhile()
    {
        var later = new Gate();
        await using var app = await StartAsync(app => app.Map("/later", (IBackgroundTasks tasks) => tasks.AddTask(later.WorkAsync)));
        await app.GetAsync("/held");
        await _held.Entered;

        var drain = app.Runner.DrainAsync(CancellationToken.None);
        await app.GetAsync("/later");
        await later.Entered;
        Assert.False(drain.IsCompleted);
        _held.Release();
        await drain.Guarded();

        later.Release();
        await app.SettleAsync();
    }

    [Fact]
    public async Task Work_that_wraps_the_cancellation_by_which_it_was_told_to_stop_has_not_failed()
    {
        await using var app = await StartAsync(app => app.Map("/wraps", (IBackgroundTasks tasks) => tasks.AddTask(async (services, cancellationToken) =>
        {
            try
            {
                await _held.WorkAsync(services, cancellationToken);
            }
            catch (OperationCanceledException exception)
            {
                throw new AggregateException(exception);
            }
        })));
        await app.GetAsync("/wraps");
        await _held.Entered;

        await app.Runner.DrainAsync(new CancellationToken(canceled: true));
        await app.SettleAsync();
        await app.Host.StopAsync().Guarded();

        Assert.Equal(["AfterResponseLost"], app.Log.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public async Task Two_drains_at_once_both_wait()
    {
        await using var app = await StartAsync();
        await app.GetAsync("/held");
        await _held.Entered;

        var first = app.Runner.DrainAsync(CancellationToken.None);
        var second = app.Runner.DrainAsync(CancellationToken.None);
        Assert.False(first.IsCompleted || second.IsCompleted);
        _held.Release();

        await Task.WhenAll(first, second).Guarded();
    }

    [Fact]
    public async Task Work_that_comes_when_the_drain_is_over_is_counted_as_lost()
    {
        await using var app = await StartAsync(app => app.Map("/later", (IBackgroundTasks tasks) => tasks.AddTask(app.Note("later"))));
        await app.GetAsync("/held");
        await _held.Entered;

        await app.Runner.DrainAsync(new CancellationToken(canceled: true));
        await app.GetAsync("/later");

        Assert.Empty(app.Ran);
        Assert.Equal(["AfterResponseLost", "AfterResponseTooLate"], app.Log.Entries.Select(entry => entry.Name));
        Assert.StartsWith("2 pieces", app.Log.Entries[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_is_told_to_stop_may_clean_up_before_its_services_go()
    {
        var cleanup = new Gate();
        await using var app = await StartAsync(app => app.Map("/cleans", (IBackgroundTasks tasks) => tasks.AddTask(async (_, cancellationToken) =>
        {
            try
            {
                await _held.PassAsync(cancellationToken);
            }
            finally
            {
                await cleanup.PassAsync(CancellationToken.None);
                app.Ran.Enqueue("clean");
            }
        })));
        await app.GetAsync("/cleans");
        await _held.Entered;
        await app.Runner.DrainAsync(new CancellationToken(canceled: true));
        await cleanup.Entered;

        var stopped = ((IHostedLifecycleService)app.Runner).StoppedAsync(CancellationToken.None);
        Assert.False(stopped.IsCompleted);
        cleanup.Release();
        await stopped.Guarded();

        Assert.Equal(["clean"], app.Ran);
    }

    /// <summary>GET /held adds two pieces of work, of which the first is held.</summary>
    private Task<AfterResponseApp> StartAsync(Action<AfterResponseApp>? map = null) => AfterResponseApp.StartAsync(app =>
    {
        app.Map("/held", (IBackgroundTasks tasks) =>
        {
            tasks.AddTask(_held.WorkAsync);
            tasks.AddTask((_, _) => Task.CompletedTask);
        });
        map?.Invoke(app);
    });
}

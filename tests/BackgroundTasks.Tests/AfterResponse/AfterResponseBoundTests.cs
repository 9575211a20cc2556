using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Tests.AfterResponse;

public sealed class AfterResponseBoundTests
{
    [Fact]
    public async Task Work_over_the_bound_is_refused_and_leaves_no_trace()
    {
        await using var app = await AfterResponseApp.StartAsync(
            app => app.Map("/", (IBackgroundTasks tasks) =>
            {
                tasks.AddTask(app.Note("1"));
                tasks.AddTask(app.Note("2"));
                return Assert.Throws<BackgroundTaskQueueFullException>(() => tasks.AddTask(app.Note("3"))).Message;
            }),
            options => options.MaxPendingAfterResponse = 2);

        var response = await app.GetAsync("/");
        await app.SettleAsync();

        Assert.Contains("BackgroundTasks:MaxPendingAfterResponse", await response!.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(["1", "2"], app.Ran);
    }

    [Fact]
    public async Task A_place_is_free_again_once_its_work_has_run()
    {
        var held = new Gate();
        await using var app = await AfterResponseApp.StartAsync(_ => { }, options => options.MaxPendingAfterResponse = 1);
        await using var scope = app.Host.Services.CreateAsyncScope();
        var tasks = scope.ServiceProvider.GetRequiredService<IBackgroundTasks>();

        tasks.AddTask(held.WorkAsync);
        await held.Entered;
        Assert.Throws<BackgroundTaskQueueFullException>(() => tasks.AddTask(app.Note("refused")));
        held.Release();
        await app.SettleAsync();
        tasks.AddTask(app.Note("accepted"));
        await app.SettleAsync();
        tasks.AddTask((_, _) => throw new InvalidOperationException());
        await app.SettleAsync();
        tasks.AddTask(app.Note("accepted again"));
        await app.SettleAsync();

        Assert.Equal(["accepted", "accepted again"], app.Ran);
    }
}

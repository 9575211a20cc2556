using System.Net;

namespace BackgroundTasks.Client.Tests;

/// <summary>The calls for code that cannot await, against the real service.</summary>
public sealed class BlockingTests
{
    [Fact]
    public async Task A_blocked_thread_submits_waits_and_has_the_result()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        using var http = new HttpClient { BaseAddress = service.Client.BaseAddress };
        var client = new BackgroundTasksClient(http);
        string? result = null;
        var thread = new Thread(() =>
        {
            var task = client.Submit("held", new Held("a"), TestJson.Default.Held, new() { Priority = 5 });
            result = client.WaitFor(task.Id, TimeSpan.FromMinutes(1)).GetResult(TestJson.Default.String);
        });

        thread.Start();
        var run = await service.Held.NextAsync();
        run.Return($"Hello {run.Name}!");

        Assert.True(thread.Join(Clients.Guard));
        Assert.Equal("Hello a!", result);
    }

    [Fact]
    public async Task What_is_refused_unknown_failed_or_canceled_is_told_as_to_those_who_await()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var client = Clients.Of(service.Client.BaseAddress!);
        var (failing, failingRun) = await service.StartHeldAsync();
        failingRun.Throw(new BackgroundTaskException("The disk is full."));
        var scheduled = await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1) });
        await client.CancelAsync(scheduled.Id);

        var refused = Assert.Throws<RequestRefusedException>(() => client.Submit("no such type", new Held("a"), TestJson.Default.Held));
        var unknown = Assert.Throws<BackgroundTaskNotFoundException>(() => client.WaitFor("a1", TimeSpan.FromMinutes(1)));
        var failed = Assert.Throws<BackgroundTaskFailedException>(() => client.WaitFor(failing, TimeSpan.FromMinutes(1)).GetResult(TestJson.Default.String));
        var canceled = Assert.Throws<BackgroundTaskCanceledException>(() => client.WaitFor(scheduled.Id, TimeSpan.FromMinutes(1)).GetResult(TestJson.Default.String));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("a1", unknown.TaskId);
        Assert.Equal("The disk is full.", failed.Error!.Message);
        Assert.Equal(scheduled.Id, canceled.Task.Id);
    }

    [Fact]
    public async Task A_blocking_run_whose_time_runs_out_leaves_the_task_and_tells_its_id()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var client = Clients.Of(service.Client.BaseAddress!);

        var over = Assert.Throws<BackgroundTaskNotFinishedException>(() =>
            client.Run("held", new Held("a"), TestJson.Default.Held, TestJson.Default.String, TimeSpan.FromMilliseconds(100), new() { Delay = TimeSpan.FromHours(1) }));

        Assert.Equal(BackgroundTaskStatus.Scheduled, (await client.FindAsync(over.TaskId))!.Status);
    }
}

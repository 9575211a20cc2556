using System.Net;

namespace BackgroundTasks.Client.Tests.RoundTrip;

public sealed class ControlOnTestServer() : ControlTests(ServiceKind.TestServer);

public sealed class ControlOnKestrel() : ControlTests(ServiceKind.KestrelInProduction);

/// <summary>Cancel, retry and delete, against the real service.</summary>
public abstract class ControlTests(ServiceKind kind)
{
    [Fact]
    public async Task A_scheduled_task_is_canceled_at_once_and_a_running_one_is_asked_to_stop()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var scheduled = await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1) });
        var (id, run) = await service.StartHeldAsync();
        run.HeedToken();

        var canceled = await client.CancelAsync(scheduled.Id);
        var asked = await client.CancelAsync(id);
        var ended = await client.WaitAsync(id, TimeSpan.FromMinutes(1));

        Assert.Equal(BackgroundTaskStatus.Canceled, canceled.Status);
        Assert.True(asked.CancelRequested || asked.HasEnded);
        Assert.Equal(BackgroundTaskStatus.Canceled, ended.Status);
        Assert.Equal(id, Assert.Throws<BackgroundTaskCanceledException>(() => ended.GetResult(TestJson.Default.String)).Task.Id);
    }

    [Fact]
    public async Task An_id_with_hyphens_or_in_upper_case_is_the_same_tasks()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var (id, run) = await service.StartHeldAsync();
        run.Return("done");

        foreach (var form in new[] { $"{Guid.Parse(id):D}", id.ToUpperInvariant() })
        {
            Assert.Equal(id, (await client.FindAsync(form))!.Id);
            Assert.Equal(id, (await client.WaitAsync(form, TimeSpan.FromMinutes(1))).Id);
            await foreach (var snapshot in client.WatchAsync(form))
                Assert.Equal(id, snapshot.Id);
        }

        await client.DeleteAsync($"{Guid.Parse(id):D}");
        Assert.Null(await client.FindAsync(id));
    }

    [Fact]
    public async Task A_failed_task_has_its_error_and_can_be_queued_again()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var (id, run) = await service.StartHeldAsync();
        run.Throw(new BackgroundTaskException("The disk is full."));

        var ended = await client.WaitAsync(id, TimeSpan.FromMinutes(1));
        var failure = Assert.Throws<BackgroundTaskFailedException>(() => ended.GetResult(TestJson.Default.String));
        var again = await client.RetryAsync(id);
        (await service.Held.NextAsync()).Return("better");

        Assert.Equal(("The disk is full.", 1), (failure.Error!.Message, failure.Error.Attempt));
        Assert.Contains("RetryAsync", failure.Message, StringComparison.Ordinal);
        Assert.Equal((id, 0), (again.Id, again.Attempt));
        Assert.Equal("better", (await client.WaitAsync(id, TimeSpan.FromMinutes(1))).GetResult(TestJson.Default.String));
    }

    [Fact]
    public async Task Many_tasks_are_queued_again_at_once()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        for (var i = 0; i < 3; i++)
        {
            var task = await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1), Tags = new Dictionary<string, string> { ["batch"] = i < 2 ? "x" : "y" } });
            await client.CancelAsync(task.Id);
        }

        var retried = await client.RetryManyAsync(new() { Tags = new Dictionary<string, string> { ["batch"] = "x" }, Statuses = [BackgroundTaskStatus.Canceled] });

        Assert.Equal(new RetriedTasks(2, 0, null), retried);
        await Assert.ThrowsAsync<ArgumentException>(() => client.RetryMoreAsync(retried));
        (await service.Held.NextAsync()).Return("");
        (await service.Held.NextAsync()).Return("");
    }

    [Fact]
    public async Task A_record_is_deleted_once_its_task_has_ended()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var task = await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1) });

        var tooEarly = await Assert.ThrowsAsync<RequestRefusedException>(() => client.DeleteAsync(task.Id));
        await client.CancelAsync(task.Id);
        await client.DeleteAsync(task.Id);

        Assert.Equal((HttpStatusCode.Conflict, BackgroundTaskStatus.Scheduled, task.Id), (tooEarly.StatusCode, tooEarly.Problem.CurrentStatus, tooEarly.Problem.TaskId));
        Assert.Contains("Cancel it first", tooEarly.Message, StringComparison.Ordinal);
        Assert.Null(await client.FindAsync(task.Id));
    }

    [Fact]
    public async Task What_the_service_does_not_have_is_null_to_find_and_not_found_to_do_something_with()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        const string Id = "00000000000070008000000000000000";

        Assert.Null(await client.FindAsync(Id));
        Assert.Null(await client.FindAsync("no id at/all"));
        Assert.Equal(Id, (await Assert.ThrowsAsync<BackgroundTaskNotFoundException>(() => client.WaitAsync(Id, TimeSpan.FromMinutes(1)))).TaskId);
        await Assert.ThrowsAsync<BackgroundTaskNotFoundException>(() => client.CancelAsync(Id));
        await Assert.ThrowsAsync<BackgroundTaskNotFoundException>(() => client.RetryAsync(Id));
        await Assert.ThrowsAsync<BackgroundTaskNotFoundException>(() => client.DeleteAsync(Id));
        await Assert.ThrowsAsync<BackgroundTaskNotFoundException>(() => Clients.ToListAsync(client.WatchAsync(Id)));
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.PauseQueueAsync("none"))).StatusCode);
    }
}

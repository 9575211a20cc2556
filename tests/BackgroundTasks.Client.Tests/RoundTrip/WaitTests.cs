namespace BackgroundTasks.Client.Tests.RoundTrip;

public sealed class WaitOnTestServer() : WaitTests(ServiceKind.TestServer);

public sealed class WaitOnKestrel() : WaitTests(ServiceKind.KestrelInProduction);

/// <summary>Waits and watches, against the real service.</summary>
public abstract class WaitTests(ServiceKind kind)
{
    [Fact]
    public async Task A_wait_returns_the_task_with_its_result_as_soon_as_it_has_ended()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var (id, run) = await service.StartHeldAsync();

        var waiting = client.WaitAsync(id, TimeSpan.FromMinutes(1));
        run.Return("done");
        var task = await waiting.WaitAsync(Clients.Guard);

        Assert.Equal(BackgroundTaskStatus.Succeeded, task.Status);
        Assert.Equal("done", task.Result!.Value.GetString());
        Assert.Equal("done", task.GetResult(TestJson.Default.String));
        Assert.NotNull(task.FinishedAt);
        Assert.NotNull(task.ExpiresAt);
    }

    [Fact]
    public async Task A_wait_for_a_change_returns_at_the_next_report_of_progress()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var (id, run) = await service.StartHeldAsync();
        var seen = await client.FindAsync(id);

        var waiting = client.WaitForChangeAsync(seen!, TimeSpan.FromMinutes(1));
        run.Context.ReportProgress(40, "4 of 10");
        var changed = await waiting.WaitAsync(Clients.Guard);

        Assert.Equal(new TaskProgress(40, "4 of 10"), changed.Progress);
        Assert.NotEqual(seen!.ETag, changed.ETag);
        run.Return("");
    }

    [Fact]
    public async Task A_wait_for_a_change_of_a_task_that_was_listed_returns_it_as_it_is_now()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var (_, run) = await service.StartHeldAsync();
        var listed = Assert.Single(await Clients.ToListAsync(client.ListAsync()));

        var now = await client.WaitForChangeAsync(listed, TimeSpan.FromMinutes(1)).WaitAsync(Clients.Guard);

        Assert.Null(listed.ETag);
        Assert.Equal((listed.Id, "W/\"2.0\""), (now.Id, now.ETag));
        run.Return("");
    }

    [Fact]
    public async Task A_watch_tells_every_change_to_the_end()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var (id, run) = await service.StartHeldAsync();
        await using var events = client.WatchAsync(id).GetAsyncEnumerator();

        await events.MoveNextAsync().AsTask().WaitAsync(Clients.Guard);
        var first = events.Current;
        run.Context.ReportProgress(40, "4 of 10");
        await events.MoveNextAsync().AsTask().WaitAsync(Clients.Guard);
        var second = events.Current;
        run.Return("done");
        var last = second;
        while (await events.MoveNextAsync().AsTask().WaitAsync(Clients.Guard))
            last = events.Current;

        Assert.Equal((BackgroundTaskStatus.Running, null), (first.Status, first.Progress));
        Assert.Equal((BackgroundTaskStatus.Running, new TaskProgress(40, "4 of 10")), (second.Status, second.Progress));
        Assert.NotEqual(first.ETag, second.ETag);
        Assert.Equal((BackgroundTaskStatus.Succeeded, "done"), (last.Status, last.GetResult(TestJson.Default.String)));
        Assert.Equal((await client.FindAsync(id))!.ETag, last.ETag);
    }

    [Fact]
    public async Task A_watch_of_a_task_that_has_ended_tells_its_end_once()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var (id, run) = await service.StartHeldAsync();
        run.Return("done");
        await client.WaitAsync(id, TimeSpan.FromMinutes(1));

        var seen = await Clients.ToListAsync(client.WatchAsync(id));

        Assert.Equal(BackgroundTaskStatus.Succeeded, Assert.Single(seen).Status);
    }

    [Fact]
    public async Task A_watch_of_all_tells_what_its_filter_selects()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        using var enough = new CancellationTokenSource();
        await using var events = client.WatchAllAsync(new() { Type = "held", Queue = "default", Statuses = [BackgroundTaskStatus.Succeeded, BackgroundTaskStatus.Failed] }, enough.Token).GetAsyncEnumerator(enough.Token);
        var next = events.MoveNextAsync().AsTask();
        var work = WorkUntilAsync(service, next);

        await next.WaitAsync(Clients.Guard);
        var told = events.Current;
        await work;

        Assert.Equal(("held", BackgroundTaskStatus.Succeeded), (told.Type, told.Status));
    }

    /// <summary>The stream may open after a task has ended, and tells only of later ones: tasks are run until one is told.</summary>
    private static async Task WorkUntilAsync(Service service, Task told)
    {
        while (!told.IsCompleted)
        {
            var (id, run) = await service.StartHeldAsync();
            run.Return("");
            await service.EndOfAsync(id);
        }
    }
}

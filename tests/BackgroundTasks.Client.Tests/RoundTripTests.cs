using System.Net;
using System.Text.Json;

namespace BackgroundTasks.Client.Tests;

public sealed class RoundTripOnTestServer() : RoundTripTests(ServiceKind.TestServer);

public sealed class RoundTripOnKestrel() : RoundTripTests(ServiceKind.KestrelInProduction);

/// <summary>Each call, against the real service.</summary>
public abstract class RoundTripTests(ServiceKind kind)
{
    [Fact]
    public async Task A_task_is_submitted_with_all_its_options_and_found_as_it_was_submitted()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();

        var task = await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new()
        {
            Queue = "default",
            Priority = 7,
            Delay = TimeSpan.FromSeconds(90.5),
            MaxAttempts = 3,
            Timeout = TimeSpan.FromMinutes(2),
            Tags = new Dictionary<string, string> { ["customer"] = "42" },
            UniqueKey = "only one",
        });
        var found = await client.FindAsync(task.Id);

        Assert.Equal(("held", "default", BackgroundTaskStatus.Scheduled, 7, 3, 0), (task.Type, task.Queue, task.Status, task.Priority, task.MaxAttempts, task.LostRuns));
        Assert.Equal(service.Time.GetUtcNow(), task.CreatedAt);
        Assert.Equal(service.Time.GetUtcNow() + TimeSpan.FromSeconds(90.5), task.ScheduledFor);
        Assert.Equal("42", Assert.Single(task.Tags).Value);
        Assert.False(task.HasEnded);
        Assert.StartsWith("W/\"", task.ETag, StringComparison.Ordinal);
        Assert.Equal((task.Id, task.ETag, task.Version), (found!.Id, found.ETag, found.Version));
    }

    [Fact]
    public async Task A_task_can_be_scheduled_for_a_time()
    {
        await using var service = Service.Start(kind);
        var time = service.Time.GetUtcNow().AddHours(1);

        var task = await service.ToClient().SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { ScheduledFor = time });

        Assert.Equal(time, task.ScheduledFor);
    }

    [Fact]
    public async Task A_unique_key_leads_to_the_task_that_has_it()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var first = await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { UniqueKey = "k", Delay = TimeSpan.FromHours(1) });

        var second = await client.SubmitAsync("held", new Held("b"), TestJson.Default.Held, new() { UniqueKey = "k" });

        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task Two_submits_with_the_same_key_are_one_task_and_with_none_are_two()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var keyed = new SubmitOptions { IdempotencyKey = "order-7", Delay = TimeSpan.FromHours(1) };
        var unkeyed = new SubmitOptions { Delay = TimeSpan.FromHours(1) };

        var keyedIds = new[] { await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, keyed), await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, keyed) }.Select(task => task.Id);
        var unkeyedIds = new[] { await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, unkeyed), await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, unkeyed) }.Select(task => task.Id);

        Assert.Single(keyedIds.Distinct());
        Assert.Equal(2, unkeyedIds.Distinct().Count());
    }

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

        var seen = await ToListAsync(client.WatchAsync(id));

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

        Assert.Equal(2, retried);
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
    public async Task A_list_reads_page_after_page()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var submitted = new List<string>();
        for (var i = 0; i < 7; i++)
            submitted.Add((await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1), Tags = new Dictionary<string, string> { ["customer"] = "a b&c" } })).Id);
        await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1) });

        var listed = await ToListAsync(client.ListAsync(new()
        {
            Statuses = [BackgroundTaskStatus.Scheduled, BackgroundTaskStatus.Queued],
            Type = "held",
            Queue = "default",
            Tags = new Dictionary<string, string> { ["customer"] = "a b&c" },
            CreatedAfter = service.Time.GetUtcNow().AddMinutes(-1),
            CreatedBefore = service.Time.GetUtcNow().AddMinutes(1),
            PageSize = 3,
        }));

        Assert.Equal(Enumerable.Reverse(submitted), listed.Select(task => task.Id));
        Assert.Empty(await ToListAsync(client.ListAsync(new() { CreatedBefore = service.Time.GetUtcNow().AddMinutes(-1) })));
    }

    [Fact]
    public async Task Task_types_are_listed_with_their_schemas_and_an_example_that_works()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();

        var types = await client.ListTaskTypesAsync();
        var wait = await client.FindTaskTypeAsync("wait");

        Assert.Contains(types, type => type.Name == "count-primes");
        Assert.Equal(JsonValueKind.Object, wait!.PayloadSchema!.Value.ValueKind);
        Assert.Equal("wait", wait.Example!.Value.GetProperty("type").GetString());
        Assert.Null(await client.FindTaskTypeAsync("no such type"));
    }

    [Fact]
    public async Task A_queue_is_paused_and_resumed()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();

        var paused = await client.PauseQueueAsync("default");
        await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held);
        var found = await client.FindQueueAsync("default");
        var resumed = await client.ResumeQueueAsync("default");

        Assert.True(paused.Paused);
        Assert.Equal((true, 1), (found!.Paused, found.Queued));
        Assert.False(resumed.Paused);
        Assert.Contains(await client.ListQueuesAsync(), queue => queue.Name == "default");
        Assert.Null(await client.FindQueueAsync("none"));
        (await service.Held.NextAsync()).Return("");
    }

    [Fact]
    public async Task One_call_submits_waits_and_returns_the_result()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();

        var running = client.RunAsync("held", new Held("a"), TestJson.Default.Held, TestJson.Default.String, TimeSpan.FromMinutes(1));
        var run = await service.Held.NextAsync();
        run.Return($"Hello {run.Name}!");

        Assert.Equal("Hello a!", await running.WaitAsync(Clients.Guard));
    }

    [Fact]
    public async Task Types_without_a_context_are_sent_and_read_by_reflection()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();

        var task = await client.SubmitAsync("held", new Held("a"));
        var run = await service.Held.NextAsync();
        run.Return("done");

        Assert.Equal("a", run.Name);
        Assert.Equal("done", (await client.WaitAsync(task.Id, TimeSpan.FromMinutes(1))).GetResult<string>());
    }

    [Fact]
    public async Task An_invalid_payload_is_refused_with_what_is_wrong_by_path()
    {
        await using var service = Service.Start(kind);

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => service.ToClient().SubmitAsync("wait", new Wait(-1), TestJson.Default.Wait));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.True(refused.Problem.Errors.ContainsKey("payload.seconds"), refused.Message);
        Assert.Contains("payload.seconds", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Bad Request", refused.Problem.Title);
    }

    [Fact]
    public async Task A_key_that_was_used_for_something_else_is_refused_with_the_first_task()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var first = await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { IdempotencyKey = "k", Delay = TimeSpan.FromHours(1) });

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.SubmitAsync("held", new Held("b"), TestJson.Default.Held, new() { IdempotencyKey = "k", Delay = TimeSpan.FromHours(1) }));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, first.Id), (refused.StatusCode, refused.Problem.TaskId));
        Assert.Contains("IdempotencyKey", refused.Message, StringComparison.Ordinal);
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
        await Assert.ThrowsAsync<BackgroundTaskNotFoundException>(() => ToListAsync(client.WatchAsync(Id)));
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<RequestRefusedException>(() => client.PauseQueueAsync("none"))).StatusCode);
    }

    internal static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> source)
    {
        var list = new List<T>();
        await foreach (var item in source)
            list.Add(item);
        return list;
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

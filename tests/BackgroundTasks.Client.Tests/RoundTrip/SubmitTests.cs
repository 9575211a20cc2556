using System.Net;

namespace BackgroundTasks.Client.Tests.RoundTrip;

public sealed class SubmitOnTestServer() : SubmitTests(ServiceKind.TestServer);

public sealed class SubmitOnKestrel() : SubmitTests(ServiceKind.KestrelInProduction);

/// <summary>Submits, against the real service.</summary>
public abstract class SubmitTests(ServiceKind kind)
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
}

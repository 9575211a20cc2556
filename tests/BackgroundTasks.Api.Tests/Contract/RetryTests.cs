using System.Net;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class RetryOnTestServer() : RetryTests(ServiceKind.TestServer);

public sealed class RetryOnKestrelInProduction() : RetryTests(ServiceKind.KestrelInProduction);

public sealed class RetryOnKestrelInDevelopment() : RetryTests(ServiceKind.KestrelInDevelopment);

/// <summary>Retries, delays, times and time-outs.</summary>
public abstract class RetryTests(ServiceKind kind)
{
    [Fact]
    public async Task A_task_that_waits_for_its_next_attempt_is_scheduled_and_shows_the_last_error()
    {
        await using var service = Service.Start(kind);
        var id = await service.SubmitHeldAsync(more: ""","maxAttempts":2""");
        (await service.Held.NextAsync()).Throw(new BackgroundTaskException("busy") { RetryAfter = TimeSpan.FromMinutes(1) });
        var waiting = await SubmitTests.AdvanceUntil(service, service.GetAsync($"/tasks/{id}?wait=30", ("If-None-Match", "W/\"2.0\"")), TimeSpan.FromTicks(1));

        var task = await waiting.JsonAsync();

        Assert.Equal(("scheduled", 1, 2, "busy"), (task["status"]!.GetValue<string>(), task["attempt"]!.GetValue<int>(), task["maxAttempts"]!.GetValue<int>(), task["error"]!["message"]!.GetValue<string>()));
        Assert.Equal("2026-01-02T03:05:05Z", task["scheduledFor"]!.GetValue<string>()[..19] + "Z");
        Assert.NotNull(task["startedAt"]);
    }

    [Fact]
    public async Task While_the_service_shuts_down_a_retry_is_refused_as_a_submit_is()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Throw(new BackgroundTaskException("no"));
        await service.EndOfAsync(id);
        var (_, holds) = await service.StartHeldAsync();

        var stopping = service.StopAsync();
        var one = await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/retry");
        var many = await service.SendAsync(HttpMethod.Post, "/tasks/retry?status=failed");
        holds.Return("");
        await stopping;

        foreach (var refused in new[] { one, many })
        {
            await refused.ProblemAsync(503);
            Assert.NotNull(refused.Header("Retry-After"));
        }
    }

    [Fact]
    public async Task A_failed_task_is_queued_again_under_the_same_id()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Throw(new BackgroundTaskException("no"));
        var failed = await service.EndOfAsync(id);

        var response = await service.SendAsync(HttpMethod.Post, failed["links"]!["retry"]!.GetValue<string>());
        var queued = await response.JsonAsync();
        (await service.Held.NextAsync()).Return("yes");
        var ended = await service.EndOfAsync(id);

        Assert.Equal((HttpStatusCode.Accepted, $"/tasks/{id}", $"/tasks/{id}"), (response.StatusCode, response.Header("Location"), response.Header("Operation-Location")));
        Assert.Equal(("queued", 0, null, null, null), (queued["status"]!.GetValue<string>(), queued["attempt"]!.GetValue<int>(), queued["error"], queued["startedAt"], queued["finishedAt"]));
        Assert.Equal(("succeeded", 1, null), (ended["status"]!.GetValue<string>(), ended["attempt"]!.GetValue<int>(), ended["links"]!["retry"]));
    }

    [Fact]
    public async Task What_neither_failed_nor_was_canceled_cannot_be_queued_again()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await (await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/retry")).ProblemAsync(409);
        run.Return("");
        await service.EndOfAsync(id);

        var problem = await (await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/retry")).ProblemAsync(409);

        Assert.Equal("succeeded", problem["currentStatus"]!.GetValue<string>());
        await (await service.SendAsync(HttpMethod.Post, "/tasks/0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa/retry")).ProblemAsync(404);
    }

    [Fact]
    public async Task A_retry_whose_unique_key_is_taken_is_409()
    {
        await using var service = Service.Start(kind);
        var first = await service.SubmitHeldAsync(more: ""","uniqueKey":"u" """);
        (await service.Held.NextAsync()).Throw(new BackgroundTaskException("no"));
        await service.EndOfAsync(first);
        var holder = await service.SubmitHeldAsync(more: ""","uniqueKey":"u" """);
        var second = await service.Held.NextAsync();

        var problem = await (await service.SendAsync(HttpMethod.Post, $"/tasks/{first}/retry")).ProblemAsync(409);
        Assert.Equal(holder, problem["taskId"]!.GetValue<string>());
        second.Return("");
    }

    [Fact]
    public async Task Many_are_queued_again_by_the_lists_filters()
    {
        await using var service = Service.Start(kind);
        for (var i = 0; i < 3; i++)
        {
            var id = await service.SubmitHeldAsync(more: i < 2 ? ""","tags":{"customer":"42"}""" : "");
            (await service.Held.NextAsync()).Throw(new BackgroundTaskException("no"));
            await service.EndOfAsync(id);
        }

        var some = await service.SendAsync(HttpMethod.Post, "/tasks/retry?tag=customer:42&status=failed");
        var none = await service.SendAsync(HttpMethod.Post, "/tasks/retry?status=succeeded");

        Assert.Equal((HttpStatusCode.Accepted, "{\"retried\":2,\"skipped\":0,\"next\":null,\"more\":false}"), (some.StatusCode, await some.Content.ReadAsStringAsync()));
        Assert.Equal("{\"retried\":0,\"skipped\":0,\"next\":null,\"more\":false}", await none.Content.ReadAsStringAsync());
        await (await service.SendAsync(HttpMethod.Post, "/tasks/retry?stauts=failed")).ProblemAsync(400);
        (await service.Held.NextAsync()).Return("");
        (await service.Held.NextAsync()).Return("");
        Assert.False(service.Held.HasStarted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?pageSize=10")]
    public async Task A_retry_of_many_without_a_filter_is_refused_and_queues_nothing(string query)
    {
        await using var service = Service.Start(kind);
        var id = await service.SubmitHeldAsync(more: ""","delaySeconds":3600""");
        await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/cancel");

        var problem = await (await service.SendAsync(HttpMethod.Post, $"/tasks/retry{query}")).ProblemAsync(400);

        Assert.Contains("status=failed", problem["errors"]!["status"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("canceled", (await (await service.GetAsync($"/tasks/{id}")).JsonAsync())["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_retry_of_more_than_a_thousand_is_gone_on_with_by_next()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        await service.SendAsync(HttpMethod.Post, "/queues/default/pause");
        for (var i = 0; i < 1_005; i++)
        {
            var id = await service.SubmitHeldAsync();
            await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/cancel");
        }

        var first = await (await service.SendAsync(HttpMethod.Post, "/tasks/retry?status=canceled&type=held")).JsonAsync();
        var second = await (await service.SendAsync(HttpMethod.Post, first["next"]!.GetValue<string>())).JsonAsync();

        Assert.StartsWith("/tasks/retry?status=canceled&type=held&pageToken=", first["next"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal((1_000, true), (first["retried"]!.GetValue<int>(), first["more"]!.GetValue<bool>()));
        Assert.Equal((5, false, null), (second["retried"]!.GetValue<int>(), second["more"]!.GetValue<bool>(), second["next"]));
    }

    [Theory]
    [InlineData("\"delaySeconds\":60")]
    [InlineData("\"scheduledFor\":\"2026-01-02T04:05:05+01:00\"")]
    public async Task A_delayed_task_is_scheduled_for_its_time(string member)
    {
        await using var service = Service.Start(kind);
        var response = await service.SubmitAsync($$$"""{"type":"held","payload":{},{{{member}}} }""");
        var task = await response.JsonAsync();
        Assert.Equal(("scheduled", "2026-01-02T03:05:05Z"), (task["status"]!.GetValue<string>(), task["scheduledFor"]!.GetValue<string>()));

        var run = await SubmitTests.AdvanceUntil(service, service.Held.NextAsync(), TimeSpan.FromSeconds(60));

        var running = await (await service.GetAsync($"/tasks/{task["id"]}")).JsonAsync();
        Assert.Equal(("running", null), (running["status"]!.GetValue<string>(), running["scheduledFor"]));
        run.Return("");
    }

    [Fact]
    public async Task A_timed_out_attempt_fails_as_timeout()
    {
        await using var service = Service.Start(kind);
        var id = await service.SubmitHeldAsync(more: ""","timeoutSeconds":0.5""");
        (await service.Held.NextAsync()).HeedToken();

        var task = await SubmitTests.AdvanceUntil(service, service.EndOfAsync(id), TimeSpan.FromSeconds(1));

        Assert.Equal(("failed", "timeout"), (task["status"]!.GetValue<string>(), task["error"]!["type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Too_many_scheduled_are_503()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:MaxScheduled", "1"));
        await service.SubmitHeldAsync(more: ""","delaySeconds":60""");

        var response = await service.SubmitAsync("""{"type":"held","payload":{},"delaySeconds":60}""");

        await response.ProblemAsync(503);
        Assert.NotNull(response.Header("Retry-After"));
    }

    [Theory]
    [InlineData("\"delaySeconds\":1,\"scheduledFor\":\"2026-01-02T04:05:05Z\"", "scheduledFor")]
    [InlineData("\"delaySeconds\":-1", "delaySeconds")]
    [InlineData("\"delaySeconds\":1e300", "delaySeconds")]
    [InlineData("\"delaySeconds\":\"1\"", "delaySeconds")]
    [InlineData("\"scheduledFor\":\"2037-01-02T04:05:05Z\"", "scheduledFor")]
    [InlineData("\"scheduledFor\":\"tomorrow\"", "scheduledFor")]
    [InlineData("\"maxAttempts\":0", "maxAttempts")]
    [InlineData("\"maxAttempts\":101", "maxAttempts")]
    [InlineData("\"maxAttempts\":1.5", "maxAttempts")]
    [InlineData("\"timeoutSeconds\":0", "timeoutSeconds")]
    [InlineData("\"timeoutSeconds\":-1e300", "timeoutSeconds")]
    [InlineData("\"priority\":101", "priority")]
    [InlineData("\"priority\":\"high\"", "priority")]
    [InlineData("\"uniqueKey\":\"\"", "uniqueKey")]
    [InlineData("\"uniqueKey\":1", "uniqueKey")]
    public async Task A_member_out_of_its_bounds_is_400_with_its_name(string member, string name)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.SubmitAsync($$$"""{"type":"held","payload":{},{{{member}}} }""")).ProblemAsync(400);

        Assert.NotNull(problem["errors"]![name]);
    }
}

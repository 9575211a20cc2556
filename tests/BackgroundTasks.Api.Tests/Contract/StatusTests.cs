using System.Net;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class StatusOnTestServer() : StatusTests(ServiceKind.TestServer);

public sealed class StatusOnKestrelInProduction() : StatusTests(ServiceKind.KestrelInProduction);

public sealed class StatusOnKestrelInDevelopment() : StatusTests(ServiceKind.KestrelInDevelopment);

/// <summary><c>GET /tasks/{id}</c>: status and long-poll.</summary>
public abstract class StatusTests(ServiceKind kind)
{
    [Fact]
    public async Task A_running_task_tells_how_far_it_is_and_when_to_ask_again()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Context.ReportProgress(40, "4 of 10");

        var response = await service.GetAsync($"/tasks/{id}");
        var task = await response.JsonAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("private, no-cache", response.Header("Cache-Control"));
        Assert.Equal("Accept, Prefer", response.Header("Vary"));
        Assert.Equal("1", response.Header("Retry-After"));
        Assert.Equal("W/\"2.1\"", response.Header("ETag"));
        Assert.Null(response.Header("Location"));
        Assert.Equal(("running", 1, 2), (task["status"]!.GetValue<string>(), task["attempt"]!.GetValue<int>(), task["version"]!.GetValue<int>()));
        Assert.Equal((40.0, "4 of 10"), (task["progress"]!["percent"]!.GetValue<double>(), task["progress"]!["message"]!.GetValue<string>()));
        Assert.Equal("2026-01-02T03:04:05Z", task["startedAt"]!.GetValue<string>());
        Assert.All(new[] { "scheduledFor", "finishedAt", "expiresAt", "result", "error" }, name => Assert.True(task.AsObject().ContainsKey(name) && task[name] is null, name));
        run.Return("");
    }

    [Fact]
    public async Task A_succeeded_task_has_its_result_and_tells_how_long_it_is_kept()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Retention", "01:00:00"));
        var (id, run) = await service.StartHeldAsync();
        run.Return("done");
        await service.EndOfAsync(id);

        var response = await service.GetAsync($"/tasks/{id}");
        var task = await response.JsonAsync();

        Assert.Null(response.Header("Retry-After"));
        Assert.Equal(("succeeded", "done"), (task["status"]!.GetValue<string>(), task["result"]!.GetValue<string>()));
        Assert.Equal(("2026-01-02T03:04:05Z", "2026-01-02T04:04:05Z"), (task["finishedAt"]!.GetValue<string>(), task["expiresAt"]!.GetValue<string>()));
        Assert.Null(task["links"]!["cancel"]);
        Assert.Null(task["error"]);
    }

    [Fact]
    public async Task A_failed_task_has_its_error_and_no_details_leave_the_process()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Throw(new BackgroundTaskException("The customer is gone.", new InvalidOperationException("secret")));

        var task = await service.EndOfAsync(id);

        Assert.Equal("failed", task["status"]!.GetValue<string>());
        Assert.Equal(("BackgroundTaskException", "The customer is gone.", 1), (task["error"]!["type"]!.GetValue<string>(), task["error"]!["message"]!.GetValue<string>(), task["error"]!["attempt"]!.GetValue<int>()));
        Assert.Null(task["result"]);
        Assert.DoesNotContain("secret", task.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa")]
    [InlineData("nonsense")]
    [InlineData("0199f0c2-aaaa-7aaa-8aaa-aaaaaaaaaaaa")]
    [InlineData("0199f0c2aaaa7aaa-8aaa-aaaaaaaaaaaa")]
    [InlineData("0x99f0c2-aaaa-7aaa-8aaa-aaaaaaaaaaaa")]
    [InlineData("{0199f0c2-aaaa-7aaa-8aaa-aaaaaaaaaaaa}")]
    [InlineData("%0Aforged")]
    public async Task An_unknown_or_malformed_id_is_404(string id)
    {
        await using var service = Service.Start(kind);

        await (await service.GetAsync($"/tasks/{id}")).ProblemAsync(404);
        await (await service.GetAsync($"/tasks/{id}?wait=5")).ProblemAsync(404);
    }

    [Fact]
    public async Task An_id_may_have_the_hyphens_of_a_uuid_and_any_case_wherever_it_is_read()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        foreach (var form in new[] { id.ToUpperInvariant(), $"{Guid.ParseExact(id, "N"):D}", $"{Guid.ParseExact(id, "N"):D}".ToUpperInvariant() })
        {
            Assert.Equal(id, (await (await service.GetAsync($"/tasks/{form}")).JsonAsync())["id"]!.GetValue<string>());
            Assert.Equal(HttpStatusCode.OK, (await service.SendAsync(HttpMethod.Head, $"/tasks/{form}/events")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await service.GetAsync($"/get_result?task_id={form}")).StatusCode);
            Assert.Equal(HttpStatusCode.Accepted, (await service.SendAsync(HttpMethod.Post, $"/tasks/{form}/cancel")).StatusCode);
            Assert.Equal(HttpStatusCode.Conflict, (await service.SendAsync(HttpMethod.Post, $"/tasks/{form}/retry")).StatusCode);
            Assert.Equal(HttpStatusCode.Conflict, (await service.SendAsync(HttpMethod.Delete, $"/tasks/{form}")).StatusCode);
            await (await service.GetAsync($"/tasks/%20{form}")).ProblemAsync(404);
        }

        run.Return("");
    }

    [Fact]
    public async Task What_the_client_has_already_is_304_with_the_same_headers()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        var tag = (await service.GetAsync($"/tasks/{id}")).Header("ETag")!;

        foreach (var known in new[] { tag, tag[2..], $"\"other\", {tag}", "*" })
        {
            var response = await service.GetAsync($"/tasks/{id}", ("If-None-Match", known));
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
            Assert.Equal((tag, "private, no-cache", "Accept, Prefer"), (response.Header("ETag"), response.Header("Cache-Control"), response.Header("Vary")));
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }

        run.Context.ReportProgress(1);
        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync($"/tasks/{id}", ("If-None-Match", tag))).StatusCode);
        run.Return("");
    }

    [Fact]
    public async Task Head_answers_as_get_without_a_body_and_does_not_wait()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        var get = await service.GetAsync($"/tasks/{id}");
        var head = await service.SendAsync(HttpMethod.Head, $"/tasks/{id}?wait=30");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Header("ETag"), head.Header("ETag"));
        Assert.Equal(get.Header("Content-Length"), head.Header("Content-Length"));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        run.Return("");
    }

    [Theory]
    [InlineData("?wait=30", null)]
    [InlineData("?wait=0.5", null)]
    [InlineData("", "wait=30")]
    public async Task A_held_answer_comes_with_the_end_and_not_with_progress(string query, string? prefer)
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        var polling = prefer is null ? service.GetAsync($"/tasks/{id}{query}") : service.GetAsync($"/tasks/{id}{query}", ("Prefer", prefer));
        await WatchedAsync(service);

        run.Context.ReportProgress(50);
        run.Return("done");
        var response = await polling;

        Assert.Equal("succeeded", (await response.JsonAsync())["status"]!.GetValue<string>());
        Assert.Equal(prefer, response.Header("Preference-Applied"));
    }

    [Fact]
    public async Task With_a_known_state_a_held_answer_comes_with_any_change()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        var polling = service.GetAsync($"/tasks/{id}?wait=30", ("If-None-Match", "W/\"2.0\""));
        await WatchedAsync(service);

        run.Context.ReportProgress(50);
        var response = await polling;

        Assert.Equal("W/\"2.1\"", response.Header("ETag"));
        Assert.Equal(50, (await response.JsonAsync())["progress"]!["percent"]!.GetValue<double>());
        run.Return("");
    }

    [Fact]
    public async Task Out_of_time_the_answer_is_the_current_state_or_304_where_it_is_known()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        var current = await SubmitTests.AdvanceUntil(service, service.GetAsync($"/tasks/{id}?wait=5"), TimeSpan.FromSeconds(5));
        var unchanged = await SubmitTests.AdvanceUntil(service, service.GetAsync($"/tasks/{id}?wait=5", ("If-None-Match", "W/\"2.0\"")), TimeSpan.FromSeconds(5));

        Assert.Equal((HttpStatusCode.OK, "running"), (current.StatusCode, (await current.JsonAsync())["status"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        run.Return("");
    }

    [Theory]
    [InlineData("61")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1e1")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    public async Task A_wait_out_of_bounds_is_400(string wait)
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        var problem = await (await service.GetAsync($"/tasks/{id}?wait={wait}")).ProblemAsync(400);

        Assert.NotNull(problem["errors"]!["wait"]);
        run.Return("");
    }

    [Fact]
    public async Task A_held_answer_whose_task_is_deleted_is_404()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Return("");
        await service.EndOfAsync(id);
        var polling = service.GetAsync($"/tasks/{id}?wait=30", ("If-None-Match", "W/\"3.0\""));

        await WatchedAsync(service);

        await service.SendAsync(HttpMethod.Delete, $"/tasks/{id}");

        await (await polling).ProblemAsync(404);
    }

    /// <summary>Completes when a request watches its task.</summary>
    private static async Task WatchedAsync(Service service)
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (service.Services.GetRequiredService<TaskWatch>().Count == 0)
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Run(static () => { });
        }
    }
}

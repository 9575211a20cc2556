using System.Net;
using System.Text;
using BackgroundTasks.Api.Tests.Contract;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Seed;

public sealed class SeedOnTestServer() : SeedEndpointTests(ServiceKind.TestServer);

public sealed class SeedOnKestrelInProduction() : SeedEndpointTests(ServiceKind.KestrelInProduction);

/// <summary>The seed's endpoints, to the letter.</summary>
public abstract class SeedEndpointTests(ServiceKind kind)
{
    [Theory]
    [InlineData("/sync_endpoint", "{\"result\":\"Sync Task Completed\"}")]
    [InlineData("/async_endpoint", "{\"result\":\"Async Task Completed\"}")]
    public async Task Forty_at_once_take_two_seconds_and_starve_no_poll(string path, string answer)
    {
        await using var service = Service.Start(kind);
        var calls = Enumerable.Range(0, 40).Select(_ => service.Client.PostAsync(new Uri(path, UriKind.Relative), new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded"))).ToList();
        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync("/tasks")).StatusCode);
        service.Time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.DoesNotContain(calls, call => call.IsCompleted);

        var answers = await SubmitTests.AdvanceUntil(service, Task.WhenAll(calls), TimeSpan.FromSeconds(2));

        foreach (var response in answers)
            Assert.Equal((HttpStatusCode.OK, answer), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task More_blocking_calls_than_may_wait_are_503()
    {
        await using var service = Service.Start(kind);
        var calls = Enumerable.Range(0, 441).Select(_ => service.SendAsync(HttpMethod.Post, "/sync_endpoint")).ToList();

        var first = await await Task.WhenAny(calls);

        await first.ProblemAsync(503);
        Assert.NotNull(first.Header("Retry-After"));
        var answers = await SubmitTests.AdvanceUntil(service, Task.WhenAll(calls), TimeSpan.FromSeconds(100));
        Assert.Equal(440, answers.Count(answer => answer.StatusCode is HttpStatusCode.OK));
    }

    [Fact]
    public async Task Blocking_calls_whose_callers_have_left_give_their_places_back()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var connections = new List<RawConnection>();
        for (var i = 0; i < 440; i++)
        {
            connections.Add(await RawConnection.OpenAsync(service));
            await connections[^1].BeginAsync("/sync_endpoint", "text/plain", "Content-Length: 0");
        }

        // The clock stands still: each of these calls waits, until there is no place for one more.
        var pool = service.Services.GetRequiredService<BackgroundTasks.Api.Seed.BlockingPool>();
        await UntilAsync(() => pool.Outstanding == 440);
        var refused = await service.SendAsync(HttpMethod.Post, "/sync_endpoint");
        connections.ForEach(connection => connection.Reset());
        await UntilAsync(() => pool.Outstanding == 0);

        var answer = await SubmitTests.AdvanceUntil(service, service.SendAsync(HttpMethod.Post, "/sync_endpoint"), TimeSpan.FromSeconds(2));

        await refused.ProblemAsync(503);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("email=ann@example.org&message=hello", "message")]
    [InlineData("email=ann@example.org&subject=hello", "subject")]
    [InlineData("EMAIL=ann@example.org", "EMAIL")]
    public async Task A_notification_with_another_name_than_email_is_400(string query, string name)
    {
        await using var service = Service.Start(kind);

        Assert.Equal([name], (await (await service.GetAsync($"/send-notification?{query}")).ProblemAsync(400))["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task A_notification_is_answered_at_once_and_written_after_the_response()
    {
        await using var service = Service.Start(kind);

        var response = await service.GetAsync("/send-notification?email=ann@example.org");
        var lines = await LinesAsync(service, 1);

        Assert.Equal("{\"message\":\"Notification sent in the background\"}", await response.Content.ReadAsStringAsync());
        Assert.Equal(["notification for ann@example.org: some notification"], lines);
    }

    [Fact]
    public async Task A_hundred_notifications_at_once_leave_a_hundred_lines()
    {
        await using var service = Service.Start(kind);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => service.GetAsync($"/send-notification?email=user{i}@example.org")));
        var lines = await LinesAsync(service, 100);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"notification for user{i}@example.org: some notification").Order(), lines.Order());
    }

    [Fact]
    public async Task A_notification_too_many_is_503_and_leaves_no_line()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:MaxPendingAfterResponse", "1"));
        var held = new TaskCompletionSource();
        await using (var scope = service.Services.CreateAsyncScope())
            scope.ServiceProvider.GetRequiredService<IBackgroundTasks>().AddTask((_, _) => held.Task);

        var response = await service.GetAsync("/send-notification?email=ann@example.org");

        held.SetResult();
        await service.StopAsync();
        await response.ProblemAsync(503);
        Assert.NotNull(response.Header("Retry-After"));
        Assert.False(File.Exists(Path.Combine(service.Data, "notifications.log")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?email=")]
    [InlineData("?email=nobody")]
    [InlineData("?email=a@b.example%0Anotification")]
    [InlineData("?email=a@b.example&email=c@d.example")]
    public async Task Without_a_good_address_it_is_400(string query)
    {
        await using var service = Service.Start(kind);

        Assert.NotNull((await (await service.GetAsync($"/send-notification{query}")).ProblemAsync(400))["errors"]!["email"]);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_task_is_started_from_a_url_and_its_result_fetched(string method)
    {
        await using var service = Service.Start(kind);

        var started = await service.SendAsync(new HttpMethod(method), "/start_task?type=count-primes&upTo=2000000", method == "POST" ? "ignored" : null);
        var id = (await started.JsonAsync())["submit task id is"]!.GetValue<string>();
        await service.EndOfAsync(id);
        var result = await service.GetAsync($"/get_result?task_id={id}");

        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        Assert.Equal($"{{\"submit task id is\":\"{id}\"}}", await started.Content.ReadAsStringAsync());
        Assert.Equal("{\"result\":{\"upTo\":2000000,\"count\":148933}}", await result.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_a_type_it_waits_two_seconds_and_says_so_until_then()
    {
        await using var service = Service.Start(kind);
        var id = (await (await service.GetAsync("/start_task")).JsonAsync())["submit task id is"]!.GetValue<string>();

        var before = await service.GetAsync($"/get_result?task_id={id}");
        await SubmitTests.AdvanceUntil(service, service.EndOfAsync(id), TimeSpan.FromSeconds(2));
        var after = await service.GetAsync($"/get_result?task_id={id}");

        Assert.Equal("{\"result\":\"task not finish\"}", await before.Content.ReadAsStringAsync());
        Assert.Equal("{\"result\":{\"seconds\":2}}", await after.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_failed_or_was_canceled_has_an_error_in_place_of_a_result()
    {
        await using var service = Service.Start(kind);
        var (failed, run) = await service.StartHeldAsync();
        run.Throw(new BackgroundTaskException("no luck"));
        await service.EndOfAsync(failed);
        var (canceled, second) = await service.StartHeldAsync();
        await service.SendAsync(HttpMethod.Post, $"/tasks/{canceled}/cancel");
        await second.Cancelled;
        second.Throw(new OperationCanceledException());
        await service.EndOfAsync(canceled);

        Assert.Equal("{\"result\":null,\"error\":{\"type\":\"BackgroundTaskException\",\"message\":\"no luck\",\"attempt\":1}}", await (await service.GetAsync($"/get_result?task_id={failed}")).Content.ReadAsStringAsync());
        Assert.StartsWith("{\"result\":null,\"error\":{\"type\":\"canceled\"", await (await service.GetAsync($"/get_result?task_id={canceled}")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type=unknown", "type")]
    [InlineData("type=count-primes", "payload.upTo")]
    [InlineData("type=count-primes&upTo=many", "payload.upTo")]
    [InlineData("type=count-primes&upTo=5&upto=5", "payload.upto")]
    [InlineData("type=count-primes&upTo=5&upTo=6", "payload.upTo")]
    public async Task A_bad_url_is_400(string query, string path)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.GetAsync($"/start_task?{query}")).ProblemAsync(400);

        Assert.Contains(path, problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task An_unknown_id_is_404_and_a_missing_one_400()
    {
        await using var service = Service.Start(kind);

        await (await service.GetAsync("/get_result?task_id=0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa")).ProblemAsync(404);
        await (await service.GetAsync("/get_result?task_id=x")).ProblemAsync(404);
        await (await service.GetAsync("/get_result")).ProblemAsync(400);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (!condition())
            await Task.Run(static () => { }, guard.Token);
    }

    /// <summary>The lines of the log, once there are so many: the test server answers before the response is completed, and does not wait for that when it stops.</summary>
    private static async Task<string[]> LinesAsync(Service service, int count)
    {
        var log = Path.Combine(service.Data, "notifications.log");
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (!File.Exists(log) || (await File.ReadAllLinesAsync(log, guard.Token)).Length < count)
            await Task.Run(static () => { }, guard.Token);
        await service.StopAsync();
        return await File.ReadAllLinesAsync(log, guard.Token);
    }
}

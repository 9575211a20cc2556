using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class SubmitOnTestServer() : SubmitTests(ServiceKind.TestServer);

public sealed class SubmitOnKestrelInProduction() : SubmitTests(ServiceKind.KestrelInProduction);

public sealed class SubmitOnKestrelInDevelopment() : SubmitTests(ServiceKind.KestrelInDevelopment);

/// <summary>The table of <c>POST /tasks</c>.</summary>
public abstract partial class SubmitTests(ServiceKind kind)
{
    [Fact]
    public async Task A_submit_is_accepted_at_once_and_says_where_the_task_is()
    {
        await using var service = Service.Start(kind);

        var response = await service.SubmitAsync("""{"type":"held","payload":{"name":"a"},"tags":{"customer":"42"}}""");
        var run = await service.Held.NextAsync();
        var task = await response.JsonAsync();

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Matches(Id(), task["id"]!.GetValue<string>());
        Assert.Equal($"/tasks/{task["id"]}", response.Header("Location"));
        Assert.Equal(response.Header("Location"), response.Header("Operation-Location"));
        Assert.Equal("1", response.Header("Retry-After"));
        Assert.Equal("Prefer", response.Header("Vary"));
        Assert.Equal($"W/\"{task["version"]}.0\"", response.Header("ETag"));
        Assert.Null(response.Header("Preference-Applied"));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(("held", "default", "42"), (task["type"]!.GetValue<string>(), task["queue"]!.GetValue<string>(), task["tags"]!["customer"]!.GetValue<string>()));
        Assert.Equal((0, 1, 0), (task["priority"]!.GetValue<int>(), task["maxAttempts"]!.GetValue<int>(), task["lostRuns"]!.GetValue<int>()));
        Assert.Equal("2026-01-02T03:04:05Z", task["createdAt"]!.GetValue<string>());
        Assert.Equal($"/tasks/{task["id"]}", task["links"]!["self"]!.GetValue<string>());
        Assert.Equal($"/tasks/{task["id"]}/cancel", task["links"]!["cancel"]!.GetValue<string>());
        run.Return("");
    }

    [Fact]
    public async Task Prefer_wait_answers_with_the_end()
    {
        await using var service = Service.Start(kind);

        var response = await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":100}}""", ("Prefer", "wait=30"));
        var task = await response.JsonAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("wait=30", response.Header("Preference-Applied"));
        Assert.Equal(("succeeded", 25), (task["status"]!.GetValue<string>(), task["result"]!["count"]!.GetValue<int>()));
        Assert.Equal($"/tasks/{task["id"]}", response.Header("Location"));
        Assert.NotNull(response.Header("ETag"));
        Assert.Null(response.Header("Retry-After"));
    }

    [Fact]
    public async Task A_wait_that_runs_out_is_answered_with_202()
    {
        await using var service = Service.Start(kind);
        var submitting = service.SubmitAsync("""{"type":"held","payload":{}}""", ("Prefer", "WAIT=5, respond-async; x=1"));
        var run = await service.Held.NextAsync();

        var response = await AdvanceUntil(service, submitting, TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("respond-async, wait=5", response.Header("Preference-Applied"));
        Assert.Equal("1", response.Header("Retry-After"));
        Assert.Equal("running", (await response.JsonAsync())["status"]!.GetValue<string>());
        run.Return("");
    }

    [Fact]
    public async Task Return_minimal_has_no_body()
    {
        await using var service = Service.Start(kind);

        var response = await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":100}}""", ("Prefer", "return=minimal"));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("return=minimal", response.Header("Preference-Applied"));
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.NotNull(response.Header("Location"));
        Assert.NotNull(response.Header("ETag"));
    }

    [Fact]
    public async Task A_wait_of_any_length_is_capped()
    {
        await using var service = Service.Start(kind);

        var response = await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":100}}""", ("Prefer", "wait=99999999999999999999"));

        Assert.Equal((HttpStatusCode.OK, "wait=60"), (response.StatusCode, response.Header("Preference-Applied")));
    }

    [Theory]
    [InlineData("wait=x")]
    [InlineData("wait=-1")]
    [InlineData("return=maximal, unheard-of=1")]
    [InlineData("return=minimal, return=representation")]
    [InlineData("\"quoted, wait=9\", ;;=,")]
    public async Task What_is_not_understood_of_a_preference_is_ignored(string prefer)
    {
        await using var service = Service.Start(kind);

        var response = await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":100}}""", ("Prefer", prefer));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Null(response.Header("Preference-Applied"));
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    [InlineData("{\"type\":\"held\",\"payload\":{}} x", "$")]
    [InlineData("{}", "type")]
    [InlineData("{\"type\":1}", "type")]
    [InlineData("{\"type\":\"held\",\"type\":\"held\",\"payload\":{}}", "type")]
    [InlineData("{\"type\":\"unknown\",\"payload\":{}}", "type")]
    [InlineData("{\"type\":\"held\",\"payload\":{},\"delaySecond\":5}", "delaySecond")]
    [InlineData("{\"type\":\"held\",\"payload\":{},\"queue\":\"unknown\"}", "queue")]
    [InlineData("{\"type\":\"held\",\"payload\":{},\"tags\":[]}", "tags")]
    [InlineData("{\"type\":\"held\",\"payload\":{},\"tags\":{\"a\":1}}", "tags.a")]
    [InlineData("{\"type\":\"held\",\"payload\":{},\"tags\":{\"a:b\":\"\"}}", "tags")]
    [InlineData("{\"type\":\"held\",\"payload\":{\"nam\":\"\"}}", "payload.nam")]
    [InlineData("{\"type\":\"held\",\"payload\":{\"name\":5}}", "payload.name")]
    [InlineData("{\"type\":\"held\",\"payload\":{\"name\":null}}", "payload.name")]
    [InlineData("{\"type\":\"held\",\"payload\":[]}", "payload")]
    [InlineData("{\"type\":\"count-primes\"}", "payload.upTo")]
    [InlineData("{\"type\":\"count-primes\",\"payload\":{\"upTo\":0}}", "payload.upTo")]
    [InlineData("{\"type\":\"count-primes\",\"payload\":{\"upTo\":1000000001}}", "payload.upTo")]
    [InlineData("{\"type\":\"count-primes\",\"payload\":{\"upTo\":1.5}}", "payload.upTo")]
    [InlineData("{\"type\":\"send-notification\",\"payload\":{\"email\":\"nobody\"}}", "payload.email")]
    [InlineData("{\"type\":\"send-notification\",\"payload\":{\"email\":\"a@b.example\",\"message\":\"two\\nlines\"}}", "payload.message")]
    public async Task Bad_input_is_400_with_its_path_and_nothing_is_accepted(string json, string path)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.SubmitAsync(json)).ProblemAsync(400);

        Assert.Contains(path, problem["errors"]!.AsObject().Select(error => error.Key));
        Assert.Empty((await (await service.GetAsync("/tasks")).JsonAsync())["tasks"]!.AsArray());
    }

    [Fact]
    public async Task An_unknown_type_is_answered_with_the_known_ones()
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.SubmitAsync("""{"type":"unknown"}""")).ProblemAsync(400);

        Assert.Contains("count-primes", problem["errors"]!["type"]![0]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_400()
    {
        await using var service = Service.Start(kind);
        using var content = new ByteArrayContent([.. "{\"type\":\"held\",\"payload\":{\"name\":\""u8, 0xFF, .. "\"}}"u8]);
        content.Headers.ContentType = new("application/json");

        await (await service.Client.PostAsync(new Uri("/tasks", UriKind.Relative), content)).ProblemAsync(400);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payload_over_the_limit_is_413(bool chunked)
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:MaxPayloadBytes", "100"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks")
        {
            Content = new StringContent("{\"type\":\"held\",\"payload\":{\"name\":\"" + new string('x', chunked ? 100_000 : 100) + "\"}}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;

        await (await service.Client.SendAsync(request)).ProblemAsync(413);

        Assert.Equal(HttpStatusCode.Accepted, (await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":10}}""")).StatusCode);
    }

    [Fact]
    public async Task A_payload_may_be_as_large_as_the_settings_say()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:MaxPayloadBytes", "40000000"));

        var response = await service.SubmitAsync("{\"type\":\"held\",\"payload\":{\"name\":\"" + new string('x', 35_000_000) + "\"}}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var run = await service.Held.NextAsync();
        Assert.Equal(35_000_000, run.Name.Length);
        run.Return("");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task What_is_not_json_is_415_and_told_what_is(string? contentType)
    {
        await using var service = Service.Start(kind);
        using var content = new ByteArrayContent("{}"u8.ToArray());
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var response = await service.Client.PostAsync(new Uri("/tasks", UriKind.Relative), content);

        await response.ProblemAsync(415);
        Assert.Equal("application/json", response.Header("Accept"));
    }

    [Fact]
    public async Task A_full_queue_is_503_with_when_to_come_again_and_leaves_no_trace()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"), ("BackgroundTasks:Queues:default:Capacity", "1"));
        var (first, run) = await service.StartHeldAsync();
        var second = await service.SubmitHeldAsync();

        var response = await service.SubmitAsync("""{"type":"held","payload":{}}""");

        await response.ProblemAsync(503);
        Assert.Equal("1", response.Header("Retry-After"));
        Assert.Equal([second, first], (await (await service.GetAsync("/tasks")).JsonAsync())["tasks"]!.AsArray().Select(task => task!["id"]!.GetValue<string>()));
        run.Return("");
        (await service.Held.NextAsync()).Return("");
        await service.EndOfAsync(second);
        Assert.Equal(HttpStatusCode.Accepted, (await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":10}}""")).StatusCode);
    }

    [Fact]
    public async Task Fifty_at_once_all_succeed_with_the_right_result()
    {
        await using var service = Service.Start(kind);

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => service.SubmitAsync($$$"""{"type":"count-primes","payload":{"upTo":{{{(i == 0 ? 2_000_000 : 100)}}} }}""", ("Prefer", "wait=60"))));
        var counts = await Task.WhenAll(responses.Select(async response => (await response.JsonAsync())["result"]!["count"]!.GetValue<int>()));

        Assert.Equal(148_933, counts[0]);
        Assert.All(counts[1..], count => Assert.Equal(25, count));
    }

    [Fact]
    public async Task An_error_is_a_problem_whatever_the_client_accepts()
    {
        await using var service = Service.Start(kind);

        await (await service.SubmitAsync("{}", ("Accept", "text/event-stream"))).ProblemAsync(400);
        await (await service.GetAsync("/nowhere", ("Accept", "text/html"))).ProblemAsync(404);
        var notAllowed = await service.SendAsync(HttpMethod.Put, "/tasks", null, ("Accept", "image/png"));
        await notAllowed.ProblemAsync(405);
        Assert.Equal("GET, HEAD, POST", string.Join(", ", notAllowed.Content.Headers.Allow.Order()));
    }

    /// <summary>Moves the clock until the answer is there: the request arms its own deadline, at a moment that the test does not see.</summary>
    internal static async Task<T> AdvanceUntil<T>(Service service, Task<T> answer, TimeSpan step)
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (!answer.IsCompleted && !guard.IsCancellationRequested)
        {
            service.Time.Advance(step / 1_000);
            await Task.WhenAny(answer, Task.Run(static () => { }));
        }

        return await answer;
    }

    [GeneratedRegex("^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$")]
    private static partial Regex Id();
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class BodyOnTestServer() : BodyTests(ServiceKind.TestServer);

public sealed class BodyOnKestrelInProduction() : BodyTests(ServiceKind.KestrelInProduction);

/// <summary>What a body may be, and what errors may tell.</summary>
public abstract class BodyTests(ServiceKind kind)
{
    private const string Count = """{"type":"count-primes","payload":{"upTo":10}}""";

    [Fact]
    public async Task A_byte_order_mark_is_skipped_and_is_no_part_of_what_the_request_means()
    {
        await using var service = Service.Start(kind);
        using var marked = new ByteArrayContent([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Count)]) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks") { Content = marked, Headers = { { "Idempotency-Key", "key" } } };

        var first = await service.Client.SendAsync(request);
        var second = await service.SubmitAsync(Count, ("Idempotency-Key", "key"));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal("true", second.Header("Idempotent-Replayed"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity, gzip")]
    [InlineData("unheard-of")]
    public async Task An_encoded_body_is_415_and_told_which_encoding_is_taken(string encoding)
    {
        await using var service = Service.Start(kind);

        foreach (var (path, type) in new[] { ("/tasks", "application/json"), ("/images", "multipart/form-data; boundary=b") })
        {
            using var content = new StringContent(Count, Encoding.UTF8) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } };
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Encoding", encoding));
            var response = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content);

            await response.ProblemAsync(415);
            Assert.Equal("identity", response.Header("Accept-Encoding"));
        }
    }

    [Fact]
    public async Task A_body_of_the_encoding_identity_is_taken()
    {
        await using var service = Service.Start(kind);
        using var content = new StringContent(Count, Encoding.UTF8, "application/json") { Headers = { { "Content-Encoding", "Identity" } } };

        Assert.Equal(HttpStatusCode.Accepted, (await service.Client.PostAsync(new Uri("/tasks", UriKind.Relative), content)).StatusCode);
    }

    [Theory]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5,"upTo":6}}""", "payload.upTo")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5,"UPTO":6}}""", "payload.upTo")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"payload":{"upTo":6}}""", "payload")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"tags":{"a":"1","a":"1"}}""", "tags.a")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"tags":{"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":"","k":"","l":"","m":"","n":"","o":"","p":"","q":"","r":"","b":""}}""", "tags.b")]
    [InlineData("""{"type":"push-notification","payload":{"url":"https://example.org","event":"a.b","data":{"a":1,"a":2}}}""", "payload.data.a")]
    [InlineData("""{"type":"push-notification","payload":{"url":"https://example.org","event":"a.b","data":{"b":[{"a":1,"a":2}]}}}""", "payload.data.b[0].a")]
    public async Task A_member_that_is_given_twice_is_400_also_in_another_case_where_case_does_not_count(string json, string path)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.SubmitAsync(json)).ProblemAsync(400);

        Assert.Equal([path], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("""{"type":"\ud800","payload":{}}""", "type")]
    [InlineData("""{"type":"held","payload":{"name":"\ud800"}}""", "payload.name")]
    [InlineData("""{"type":"held","payload":{"name":"\udc00\ud800"}}""", "payload.name")]
    [InlineData("""{"type":"push-notification","payload":{"url":"https://example.org","event":"a.b","data":{"a":"\ud800"}}}""", "payload.data.a")]
    [InlineData("""{"type":"push-notification","payload":{"url":"https://example.org","event":"a.b","data":[1,{"a":["\uD83D\u0041"]}]}}""", "payload.data[1].a[0]")]
    [InlineData("""{"type":"push-notification","payload":{"url":"https://example.org","event":"a.b","data":{"\ud800":1}}}""", "payload.data.\uFFFD")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"queue":"\udfff"}""", "queue")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"uniqueKey":"a\ud800"}""", "uniqueKey")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"scheduledFor":"\ud800"}""", "scheduledFor")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"tags":{"a":"\ud800"}}""", "tags.a")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"tags":{"\ud800":"a"}}""", "tags.\uFFFD")]
    [InlineData("""{"type":"count-primes","payload":{"upTo":5},"\ud800":"a"}""", "\uFFFD")]
    public async Task Half_of_a_surrogate_pair_is_400_with_its_path_whatever_the_type_does_with_its_text(string json, string path)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.SubmitAsync(json)).ProblemAsync(400);

        Assert.Equal([path], problem["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task A_whole_pair_written_as_escapes_is_text()
    {
        await using var service = Service.Start(kind);

        Assert.Equal(HttpStatusCode.Accepted, (await service.SubmitAsync("""{"type":"held","payload":{"name":"\ud83d\ude00 \\ud800"},"tags":{"a":"\uD83D\uDE00"},"uniqueKey":"\ud83d\ude00"}""")).StatusCode);
        (await service.Held.NextAsync()).Return("");
    }

    [Theory]
    [InlineData("members")]
    [InlineData("tags")]
    [InlineData("payload")]
    [InlineData("name")]
    public async Task The_errors_of_a_hostile_body_fit_into_a_small_answer(string where)
    {
        await using var service = Service.Start(kind);
        var members = string.Join(',', Enumerable.Range(0, 90_000).Select(i => $"\"{i}\":1"));
        var json = where switch
        {
            "members" => "{\"type\":\"count-primes\"," + members + "}",
            "tags" => "{\"type\":\"count-primes\",\"tags\":{" + members + "}}",
            "payload" => "{\"type\":\"count-primes\",\"payload\":{" + members + "}}",
            _ => "{\"" + new string('x', 900_000) + "\":1}",
        };

        var response = await service.SubmitAsync(json);

        var errors = (await response.ProblemAsync(400))["errors"]!.AsObject();
        Assert.InRange(errors.Sum(error => error.Value!.AsArray().Count), 1, 100);
        Assert.All(errors, error => Assert.True(error.Key.Length <= 300 && error.Value!.AsArray().All(message => message!.GetValue<string>().Length <= 300), error.Key));
        Assert.InRange(response.Content.Headers.ContentLength ?? (await response.Content.ReadAsByteArrayAsync()).Length, 1, 61_000);
    }

    [Fact]
    public async Task The_errors_of_a_hostile_query_fit_into_a_small_answer()
    {
        await using var service = Service.Start(kind);
        var query = string.Join('&', Enumerable.Range(0, 900).Select(i => $"x{i}=1"));

        foreach (var path in new[] { "/tasks", "/events", "/start_task" })
        {
            var errors = (await (await service.GetAsync($"{path}?{query}")).ProblemAsync(400))["errors"]!.AsObject();
            Assert.InRange(errors.Count, 1, 100);
        }
    }

    [Theory]
    [InlineData("/tasks?pageSize=5%00", "pageSize")]
    [InlineData("/tasks?pageSize=5%0A", "pageSize")]
    [InlineData("/tasks?createdAfter=2026-01-31T12:00:00Z%00", "createdAfter")]
    [InlineData("/tasks?createdBefore=2026-01-31T12:00:00%09Z", "createdBefore")]
    [InlineData("/tasks?createdBefore=2026-01-31T12:00:00%2B01:00%20", "createdBefore")]
    [InlineData("/tasks/0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa?wait=1%00", "wait")]
    [InlineData("/tasks/0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa?wait=1%0A", "wait")]
    [InlineData("/start_task?type=count-primes&upTo=5%00", "payload.upTo")]
    [InlineData("/start_task?type=wait&seconds=5%0D", "payload.seconds")]
    public async Task A_control_character_in_a_number_or_a_time_is_400(string path, string error)
    {
        await using var service = Service.Start(kind);

        Assert.Contains(error, (await (await service.GetAsync(path)).ProblemAsync(400))["errors"]!.AsObject().Select(found => found.Key));
    }

    [Fact]
    public async Task A_control_character_in_a_time_of_a_submit_or_a_number_of_an_upload_is_400()
    {
        await using var service = Service.Start(kind);
        using var form = new MultipartFormDataContent { { new StringContent("x"), "file", "x" }, { new StringContent("8\0"), "width" } };

        Assert.NotNull((await (await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":5},"scheduledFor":"2026-01-31T12:00:00Z\u0000"}""")).ProblemAsync(400))["errors"]!["scheduledFor"]);
        Assert.NotNull((await (await service.Client.PostAsync(new Uri("/images", UriKind.Relative), form)).ProblemAsync(400))["errors"]!["width"]);
    }
}

/// <summary>Bodies that come slowly, in part, or not as HTTP.</summary>
public class SlowBodyTests
{
    private const string Count = """{"type":"count-primes","payload":{"upTo":10}}""";

    [Fact]
    public async Task A_body_that_stops_is_408_when_its_time_is_over_and_leaves_nothing()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var memory = service.Services.GetRequiredService<BackgroundTaskMemory>();
        using var connection = await RawConnection.OpenAsync(service);
        await connection.BeginSubmitAsync(64 * 1024 * 10, Count);
        await UntilAsync(() => memory.Used == Count.Length);

        // 30 seconds, and a second for each 64 KB that were announced.
        service.Time.Advance(TimeSpan.FromSeconds(39.9));
        Assert.Equal(Count.Length, memory.Used);
        service.Time.Advance(TimeSpan.FromSeconds(0.1));
        var answer = await connection.AnswerAsync();

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Equal(0, memory.Used);
        Assert.Empty((await (await service.GetAsync("/tasks")).JsonAsync())["tasks"]!.AsArray());
    }

    [Fact]
    public async Task A_body_of_unknown_length_has_the_time_of_what_has_arrived()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("BackgroundTasks:BodyTimeout", "00:00:10"));
        var memory = service.Services.GetRequiredService<BackgroundTaskMemory>();
        using var connection = await RawConnection.OpenAsync(service);
        await connection.BeginAsync("/tasks", "application/json", "Transfer-Encoding: chunked");
        await connection.SendAsync($"40000\r\n{new string(' ', 256 * 1024)}\r\n");
        await UntilAsync(() => memory.Used == 256 * 1024);

        // After ten seconds the read is woken, and finds that what has arrived has brought four more.
        service.Time.Advance(TimeSpan.FromSeconds(13.9));
        Assert.Equal(256 * 1024, memory.Used);
        var answer = await SubmitTests.AdvanceUntil(service, connection.AnswerAsync(), TimeSpan.FromSeconds(10));

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Equal(0, memory.Used);
    }

    [Fact]
    public async Task A_slow_body_that_comes_in_time_is_accepted()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var memory = service.Services.GetRequiredService<BackgroundTaskMemory>();
        using var connection = await RawConnection.OpenAsync(service);
        await connection.BeginSubmitAsync(Count.Length, Count[..10]);
        await UntilAsync(() => memory.Used == 10);
        service.Time.Advance(TimeSpan.FromSeconds(29));
        await connection.SendAsync(Count[10..]);

        Assert.StartsWith("HTTP/1.1 202 ", await connection.AnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_stops_is_408_and_leaves_no_file()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        using var connection = await RawConnection.OpenAsync(service);
        var uploads = Path.Combine(service.Data, "images", "uploads");
        await connection.BeginAsync("/images", "multipart/form-data; boundary=b", "Content-Length: 1000");
        await connection.SendAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nsome by");
        await UntilAsync(() => Directory.Exists(uploads) && Directory.EnumerateFiles(uploads).Any());

        var answer = await SubmitTests.AdvanceUntil(service, connection.AnswerAsync(), TimeSpan.FromSeconds(31));

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(uploads));
        Assert.Equal(0, service.Services.GetRequiredService<BackgroundTaskMemory>().Used);
    }

    [Fact]
    public async Task A_body_that_does_not_fit_into_the_memory_is_503_and_fits_once_the_one_before_it_is_gone()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("BackgroundTasks:MaxMemoryBytes", "1048576"));
        var memory = service.Services.GetRequiredService<BackgroundTaskMemory>();
        var half = new string(' ', 600_000);
        using var connection = await RawConnection.OpenAsync(service);
        await connection.BeginSubmitAsync(700_000, half);
        await UntilAsync(() => memory.Used == half.Length);

        var refused = await service.SubmitAsync(Count + half);
        connection.Reset();
        await UntilAsync(() => memory.Used == 0);
        var accepted = await service.SubmitAsync(Count + half, ("Prefer", "wait=30"));

        await refused.ProblemAsync(503);
        Assert.NotNull(refused.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Theory]
    [InlineData("80000000\r\n")]
    [InlineData("7fffffff\r\n")]
    [InlineData("ffffffffffffffffff\r\n")]
    [InlineData("zz\r\n")]
    public async Task A_chunk_that_cannot_be_is_its_clients_error(string chunk)
    {
        foreach (var (path, type) in new[] { ("/tasks", "application/json"), ("/images", "multipart/form-data; boundary=b") })
        {
            await using var service = Service.Start(ServiceKind.KestrelInProduction);
            using var connection = await RawConnection.OpenAsync(service);
            await connection.BeginAsync(path, type, "Transfer-Encoding: chunked");
            await connection.SendAsync($"{chunk}{new string(' ', 2_000_000)}");

            var answer = await connection.AnswerAsync();

            Assert.Matches("^HTTP/1.1 4(00|13) ", answer);
            Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
            Assert.Empty(await service.StopAndReadLogAsync());
        }
    }

    [Theory]
    [InlineData("/tasks", "application/json", true)]
    [InlineData("/tasks", "application/json", false)]
    [InlineData("/images", "multipart/form-data; boundary=b", true)]
    [InlineData("/images", "multipart/form-data; boundary=b", false)]
    [InlineData("/start_task?type=nothing", "application/x-www-form-urlencoded", true)]
    public async Task A_client_that_leaves_in_the_middle_of_its_body_is_no_error(string path, string type, bool reset)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var memory = service.Services.GetRequiredService<BackgroundTaskMemory>();
        for (var i = 0; i < 20; i++)
        {
            using var connection = await RawConnection.OpenAsync(service);
            await connection.BeginAsync(path, type, "Content-Length: 1000");
            await connection.SendAsync("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nsome by");
            if (path == "/tasks")
                await UntilAsync(() => memory.Used > 0);
            if (reset)
                connection.Reset();
            else
                connection.EndSending();
            await UntilAsync(() => memory.Used == 0);
        }

        Assert.Empty(await service.StopAndReadLogAsync());
    }

    /// <summary>Until the service, on its own threads, has seen what the test sent.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (!condition())
            await Task.Run(static () => { }, guard.Token);
    }
}

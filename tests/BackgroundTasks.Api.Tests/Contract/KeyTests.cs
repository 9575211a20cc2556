using System.Net;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class KeysOnTestServer() : KeyTests(ServiceKind.TestServer);

public sealed class KeysOnKestrelInProduction() : KeyTests(ServiceKind.KestrelInProduction);

public sealed class KeysOnKestrelInDevelopment() : KeyTests(ServiceKind.KestrelInDevelopment);

/// <summary><c>Idempotency-Key</c> and <c>uniqueKey</c>.</summary>
public abstract class KeyTests(ServiceKind kind)
{
    private const string Held = """{"type":"held","payload":{"name":"a"}}""";

    [Fact]
    public async Task The_same_request_with_the_same_key_is_answered_with_the_same_task_as_it_is_now()
    {
        await using var service = Service.Start(kind);
        var first = await service.SubmitAsync(Held, ("Idempotency-Key", "\"key-1\""));
        var run = await service.Held.NextAsync();

        var replay = await service.SubmitAsync("""{ "payload" : {"name": "\u0061"}, "type":"held" }""", ("Idempotency-Key", "key-1"));
        var task = await replay.JsonAsync();

        Assert.Equal(HttpStatusCode.Accepted, replay.StatusCode);
        Assert.Equal("true", replay.Header("Idempotent-Replayed"));
        Assert.Null(first.Header("Idempotent-Replayed"));
        Assert.Equal((first.Header("Location"), "running"), (replay.Header("Location"), task["status"]!.GetValue<string>()));
        run.Return("");
        await service.EndOfAsync(task["id"]!.GetValue<string>());

        var waited = await service.SubmitAsync(Held, ("Idempotency-Key", "key-1"), ("Prefer", "wait=5"));
        Assert.Equal((HttpStatusCode.OK, "true"), (waited.StatusCode, waited.Header("Idempotent-Replayed")));
        var unwaited = await service.SubmitAsync(Held, ("Idempotency-Key", "key-1"));
        Assert.Equal(HttpStatusCode.Accepted, unwaited.StatusCode);
        Assert.False(service.Held.HasStarted);
    }

    [Fact]
    public async Task A_replay_waits_for_the_end_of_the_first()
    {
        await using var service = Service.Start(kind);
        await service.SubmitAsync(Held, ("Idempotency-Key", "k"));
        var run = await service.Held.NextAsync();
        var replaying = service.SubmitAsync(Held, ("Idempotency-Key", "k"), ("Prefer", "wait=30"));

        run.Return("done");
        var replay = await replaying;

        Assert.Equal((HttpStatusCode.OK, "done"), (replay.StatusCode, (await replay.JsonAsync())["result"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Another_request_with_the_same_key_is_422_and_told_the_first_task()
    {
        await using var service = Service.Start(kind);
        var first = (await (await service.SubmitAsync(Held, ("Idempotency-Key", "k"))).JsonAsync())["id"]!.GetValue<string>();
        var run = await service.Held.NextAsync();

        var problem = await (await service.SubmitAsync("""{"type":"held","payload":{"name":"b"}}""", ("Idempotency-Key", "k"))).ProblemAsync(422);

        Assert.Equal(first, problem["taskId"]!.GetValue<string>());
        run.Return("");
    }

    [Fact]
    public async Task The_key_goes_with_its_task()
    {
        await using var service = Service.Start(kind);
        var first = (await (await service.SubmitAsync(Held, ("Idempotency-Key", "k"))).JsonAsync())["id"]!.GetValue<string>();
        (await service.Held.NextAsync()).Return("");
        await service.EndOfAsync(first);
        await service.SendAsync(HttpMethod.Delete, $"/tasks/{first}");

        var second = await service.SubmitAsync(Held, ("Idempotency-Key", "k"));

        Assert.Null(second.Header("Idempotent-Replayed"));
        (await service.Held.NextAsync()).Return("");
    }

    [Fact]
    public async Task What_was_refused_does_not_use_its_key_up()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"), ("BackgroundTasks:Queues:default:Capacity", "1"));
        var (_, run) = await service.StartHeldAsync();
        var waiting = await service.SubmitHeldAsync();

        await (await service.SubmitAsync(Held, ("Idempotency-Key", "k"))).ProblemAsync(503);
        await service.SendAsync(HttpMethod.Post, $"/tasks/{waiting}/cancel");
        var accepted = await service.SubmitAsync(Held, ("Idempotency-Key", "k"));

        Assert.Equal((HttpStatusCode.Accepted, null), (accepted.StatusCode, accepted.Header("Idempotent-Replayed")));
        run.Return("");
        (await service.Held.NextAsync()).Return("");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("\"unclosed")]
    [InlineData("\"a\"b")]
    [InlineData("\"\"")]
    [InlineData("a,b")]
    [InlineData("a\\b")]
    public async Task A_key_that_is_none_is_400(string key)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.SubmitAsync(Held, ("Idempotency-Key", key))).ProblemAsync(400);

        Assert.NotNull(problem["errors"]!["Idempotency-Key"]);
    }

    [Fact]
    public async Task A_key_that_is_too_long_or_comes_twice_is_400()
    {
        await using var service = Service.Start(kind);

        await (await service.SubmitAsync(Held, ("Idempotency-Key", new string('k', 256)))).ProblemAsync(400);
        await (await service.SubmitAsync(Held, ("Idempotency-Key", "a"), ("Idempotency-Key", "b"))).ProblemAsync(400);
        Assert.Equal(HttpStatusCode.Accepted, (await service.SubmitAsync(Held, ("Idempotency-Key", new string('k', 255)))).StatusCode);
        (await service.Held.NextAsync()).Return("");
    }

    [Fact]
    public async Task Fifty_at_once_with_one_key_make_one_task()
    {
        await using var service = Service.Start(kind);

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => service.SubmitAsync(Held, ("Idempotency-Key", "k"))));

        Assert.Single(responses.Select(response => response.Header("Location")).Distinct());
        Assert.Equal(49, responses.Count(response => response.Header("Idempotent-Replayed") == "true"));
        (await service.Held.NextAsync()).Return("");
        Assert.False(service.Held.HasStarted);
    }

    [Fact]
    public async Task While_a_task_with_the_unique_key_is_active_a_second_submit_returns_it()
    {
        await using var service = Service.Start(kind);
        var first = await service.SubmitHeldAsync(more: ""","uniqueKey":"invoice 42" """);
        var run = await service.Held.NextAsync();

        var second = await service.SubmitAsync("""{"type":"held","payload":{"name":"other"},"uniqueKey":"invoice 42"}""");
        run.Return("");
        await service.EndOfAsync(first);
        var third = await service.SubmitAsync("""{"type":"held","payload":{},"uniqueKey":"invoice 42"}""");

        Assert.Equal((HttpStatusCode.OK, first), (second.StatusCode, (await second.JsonAsync())["id"]!.GetValue<string>()));
        Assert.Equal("1", second.Header("Retry-After"));
        Assert.Equal(HttpStatusCode.Accepted, third.StatusCode);
        (await service.Held.NextAsync()).Return("");
    }
}

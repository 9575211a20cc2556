using System.Net;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class ClientLimitOnTestServer() : ClientLimitTests(ServiceKind.TestServer);

public sealed class ClientLimitOnKestrelInProduction() : ClientLimitTests(ServiceKind.KestrelInProduction);

public sealed class ClientLimitOnKestrelInDevelopment() : ClientLimitTests(ServiceKind.KestrelInDevelopment);

/// <summary>The quota of a client.</summary>
public abstract class ClientLimitTests(ServiceKind kind)
{
    private const string Count = """{"type":"count-primes","payload":{"upTo":10}}""";

    [Fact]
    public async Task A_client_over_its_quota_is_429_with_when_to_come_again_and_may_still_read()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:ClientLimit:Permits", "2"), ("BackgroundTasks:ClientLimit:Window", "01:00:00"));
        Assert.Equal(HttpStatusCode.Accepted, (await service.SubmitAsync(Count)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync("/start_task?type=count-primes&upTo=10")).StatusCode);

        var response = await service.SubmitAsync(Count);

        await response.ProblemAsync(429);
        Assert.InRange(int.Parse(response.Header("Retry-After")!, null), 1, 3_600);
        Assert.Equal(2, (await (await service.GetAsync("/tasks")).JsonAsync())["tasks"]!.AsArray().Count);
        await (await service.SendAsync(HttpMethod.Post, "/tasks/retry")).ProblemAsync(429);
        Assert.Equal(HttpStatusCode.OK, (await service.GetAsync("/queues")).StatusCode);
    }

    [Fact]
    public async Task Without_a_setting_there_is_no_quota()
    {
        await using var service = Service.Start(kind);

        foreach (var response in await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.SubmitAsync(Count))))
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}

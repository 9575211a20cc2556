using System.Net;

namespace BackgroundTasks.Api.Tests.Contract;

/// <summary><c>GET /task-types</c>, health, and what every GET must answer.</summary>
public class TaskTypeTests
{
    [Fact]
    public async Task Every_type_tells_its_schemas_and_an_example_that_works()
    {
        await using var service = Service.Start(ServiceKind.TestServer, ("PushNotifications:AllowPrivateNetworks", "true"));
        var types = (await (await service.GetAsync("/task-types")).JsonAsync())["taskTypes"]!.AsArray();

        Assert.Equal(["count-primes", "held", "push-notification", "resize-image", "send-notification", "wait"], types.Select(type => type!["name"]!.GetValue<string>()));
        foreach (var type in types.Where(type => type!["name"]!.GetValue<string>() != "held"))
        {
            Assert.Equal("object", type!["payloadSchema"]!["type"]!.GetValue<string>());
            Assert.False(type["payloadSchema"]!["additionalProperties"]!.GetValue<bool>());
            Assert.NotNull(type["resultSchema"]);
            Assert.Equal("default", type["queue"]!.GetValue<string>());
            Assert.Equal(
                type["name"]!.GetValue<string>() switch { "send-notification" or "push-notification" => 5, "resize-image" => 3, _ => 1 },
                type["maxAttempts"]!.GetValue<int>());
            Assert.NotEmpty(type["description"]!.GetValue<string>());
            Assert.Equal(type["name"]!.GetValue<string>(), type["example"]!["type"]!.GetValue<string>());
            Assert.Equal(HttpStatusCode.Accepted, (await service.SubmitAsync(type["example"]!.ToJsonString())).StatusCode);
        }
    }

    [Fact]
    public async Task One_type_is_found_by_its_name_and_an_unknown_one_is_404()
    {
        await using var service = Service.Start(ServiceKind.TestServer);

        var type = await (await service.GetAsync("/task-types/count-primes")).JsonAsync();
        var problem = await (await service.GetAsync("/task-types/unknown")).ProblemAsync(404);

        Assert.Equal(1_000_000_000, type["payloadSchema"]!["properties"]!["upTo"]!["maximum"]!.GetValue<int>());
        Assert.Contains("count-primes", problem["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServiceKind.TestServer)]
    [InlineData(ServiceKind.KestrelInProduction)]
    public async Task Every_get_also_answers_head(ServiceKind kind)
    {
        await using var service = Service.Start(kind);

        foreach (var path in new[] { "/tasks", "/task-types", "/task-types/wait", "/health/live", "/health/ready", "/queues", "/queues/default", "/nodes" })
        {
            var head = await service.SendAsync(HttpMethod.Head, path);
            Assert.Equal((HttpStatusCode.OK, path), (head.StatusCode, path));
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }

        await (await service.SendAsync(HttpMethod.Post, "/health/live")).ProblemAsync(405);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await service.SendAsync(HttpMethod.Head, "/start_task")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await service.SendAsync(HttpMethod.Head, "/send-notification?email=a@b.example")).StatusCode);
    }

    [Fact]
    public async Task Readiness_is_degraded_near_the_capacity()
    {
        await using var service = Service.Start(ServiceKind.TestServer, ("BackgroundTasks:Queues:default:Workers", "1"), ("BackgroundTasks:Queues:default:Capacity", "1"));
        Assert.Equal("Healthy", await service.Client.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));
        var (_, run) = await service.StartHeldAsync();
        await service.SubmitHeldAsync();

        var ready = await service.GetAsync("/health/ready");

        Assert.Equal((HttpStatusCode.OK, "Degraded"), (ready.StatusCode, await ready.Content.ReadAsStringAsync()));
        run.Return("");
        (await service.Held.NextAsync()).Return("");
    }
}

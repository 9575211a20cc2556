using System.Text.Json.Nodes;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class ListOnTestServer() : ListTests(ServiceKind.TestServer);

public sealed class ListOnKestrelInProduction() : ListTests(ServiceKind.KestrelInProduction);

public sealed class ListOnKestrelInDevelopment() : ListTests(ServiceKind.KestrelInDevelopment);

/// <summary><c>GET /tasks</c>.</summary>
public abstract class ListTests(ServiceKind kind)
{
    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_by_token_and_by_link()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await service.SubmitHeldAsync(more: ""","tags":{"customer":"4 2"}"""));

        var first = await service.GetAsync("/tasks?pageSize=2&tag=customer:4%202");
        var page = await first.JsonAsync();
        var link = first.Header("Link")!;
        var second = await service.GetAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)]);
        var third = await service.GetAsync($"/tasks?pageSize=2&tag=customer:4%202&pageToken={(await second.JsonAsync())["nextPageToken"]}");

        Assert.EndsWith("; rel=\"next\"", link, StringComparison.Ordinal);
        Assert.Contains($"pageToken={page["nextPageToken"]}", link, StringComparison.Ordinal);
        Assert.Equal(ids, Ids(page).Concat(Ids(await second.JsonAsync())).Concat(Ids(await third.JsonAsync())));
        Assert.True((await third.JsonAsync()).AsObject().ContainsKey("nextPageToken"));
        Assert.Null((await third.JsonAsync())["nextPageToken"]);
        Assert.Null(third.Header("Link"));
        await ReleaseAsync(service, 5);
    }

    [Fact]
    public async Task A_page_of_large_results_ends_at_the_budget_and_goes_on_by_token()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:MaxPageBytes", "250000"));
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var (id, run) = await service.StartHeldAsync();
            run.Return(new string('x', 100_000));
            await service.EndOfAsync(id);
            ids.Insert(0, id);
        }

        var (listed, pages, path) = (new List<string>(), 0, "/tasks?pageSize=200");
        for (string? token = ""; token is not null; pages++)
        {
            var response = await service.GetAsync($"{path}&pageToken={token}");
            var page = await response.JsonAsync();
            Assert.InRange((await response.Content.ReadAsByteArrayAsync()).Length, 100_000, 260_000);
            listed.AddRange(Ids(page));
            token = page["nextPageToken"]?.GetValue<string>();
        }

        Assert.Equal(ids, listed);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Every_filter_selects()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"), ("BackgroundTasks:Queues:other:Workers", "1"));
        var (running, run) = await service.StartHeldAsync();
        var queued = await service.SubmitHeldAsync(more: ""","tags":{"a":"1","b":"2"}""");
        service.Time.Advance(TimeSpan.FromHours(1));
        var counted = (await (await service.SubmitAsync("""{"type":"count-primes","queue":"other","payload":{"upTo":10}}""", ("Prefer", "wait=30"))).JsonAsync())["id"]!.GetValue<string>();

        Assert.Equal([running], await ListAsync("?status=running"));
        Assert.Equal([counted, queued], await ListAsync("?status=queued,succeeded"));
        Assert.Equal([counted, queued], await ListAsync("?status=queued&status=succeeded"));
        Assert.Equal([counted], await ListAsync("?type=count-primes"));
        Assert.Equal([counted], await ListAsync("?queue=other"));
        Assert.Equal([queued], await ListAsync("?tag=a:1&tag=b:2"));
        Assert.Equal([], await ListAsync("?tag=a:1&tag=b:3"));
        Assert.Equal([counted], await ListAsync("?createdAfter=2026-01-02T03:30:00Z"));
        Assert.Equal([queued, running], await ListAsync("?createdBefore=2026-01-02T04:30:00%2B01:00"));
        Assert.Equal([], await ListAsync("?type=unknown"));
        Assert.Equal([], await ListAsync("?queue=unknown"));
        Assert.Equal([], await ListAsync("?status=scheduled,failed,canceled"));
        Assert.Equal([counted, queued, running], await ListAsync("?pageSize=1000"));
        Assert.Equal([counted, queued, running], await ListAsync("?pageSize=99999999999999999999"));
        Assert.Equal([counted, queued, running], await ListAsync("?pageSize=0"));
        run.Return("");
        await ReleaseAsync(service, 1);

        async Task<IEnumerable<string>> ListAsync(string query) => Ids(await (await service.GetAsync($"/tasks{query}")).JsonAsync());
    }

    [Theory]
    [InlineData("status=Running", "status")]
    [InlineData("status=99", "status")]
    [InlineData("status=", "status")]
    [InlineData("pageSize=-1", "pageSize")]
    [InlineData("pageSize=x", "pageSize")]
    [InlineData("pageToken=x", "pageToken")]
    [InlineData("tag=novalue", "tag")]
    [InlineData("tag=:x", "tag")]
    [InlineData("createdAfter=yesterday", "createdAfter")]
    [InlineData("createdBefore=5", "createdBefore")]
    [InlineData("stauts=running", "stauts")]
    public async Task What_does_not_parse_is_400_with_its_name(string query, string name)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.GetAsync($"/tasks?{query}")).ProblemAsync(400);

        Assert.NotNull(problem["errors"]![name]);
    }

    [Fact]
    public async Task A_token_with_other_filters_is_400()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        for (var i = 0; i < 3; i++)
            await service.SubmitHeldAsync();
        var token = (await (await service.GetAsync("/tasks?pageSize=1")).JsonAsync())["nextPageToken"];

        await (await service.GetAsync($"/tasks?pageSize=1&type=held&pageToken={token}")).ProblemAsync(400);
        await ReleaseAsync(service, 3);
    }

    private static IEnumerable<string> Ids(JsonNode page) => page["tasks"]!.AsArray().Select(task => task!["id"]!.GetValue<string>());

    private static async Task ReleaseAsync(Service service, int runs)
    {
        for (var i = 0; i < runs; i++)
            (await service.Held.NextAsync()).Return("");
    }
}

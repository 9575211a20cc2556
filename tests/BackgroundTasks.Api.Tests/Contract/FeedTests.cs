using System.Net;
using System.Text.Json.Nodes;
using BackgroundTasks.Http.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class FeedOnTestServer() : FeedTests(ServiceKind.TestServer);

public sealed class FeedOnKestrelInProduction() : FeedTests(ServiceKind.KestrelInProduction);

public sealed class FeedOnKestrelInDevelopment() : FeedTests(ServiceKind.KestrelInDevelopment);

/// <summary><c>GET /events</c>.</summary>
public abstract class FeedTests(ServiceKind kind)
{
    [Fact]
    public async Task A_stream_of_all_tasks_begins_at_once_with_the_same_headers_and_a_retry_alone()
    {
        await using var service = Service.Start(kind);

        using var response = await service.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/events"), HttpCompletionOption.ResponseHeadersRead).WaitAsync(HeldWork.Guard);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal(("text/event-stream", "no-cache, no-store", "no"), (response.Header("Content-Type"), response.Header("Cache-Control"), response.Header("X-Accel-Buffering")));
        Assert.Equal("retry: 3000", await stream.ReadLineAsync().WaitAsync(HeldWork.Guard));
        Assert.Equal("", await stream.ReadLineAsync().WaitAsync(HeldWork.Guard));
        service.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.StartsWith(":", await stream.ReadLineAsync().WaitAsync(HeldWork.Guard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_sends_the_headers_and_ends()
    {
        await using var service = Service.Start(kind);

        var response = await service.SendAsync(HttpMethod.Head, "/events");

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Header("Content-Type")));
        Assert.Equal(0, service.Services.GetRequiredService<TaskFeed>().Count);
    }

    [Fact]
    public async Task Every_change_of_every_task_is_a_status_with_the_whole_task_and_progress_is_none()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        var (first, run) = await service.StartHeldAsync();
        await using var events = await FollowAsync(service, "/events");

        var second = await service.SubmitHeldAsync();
        var queued = await events.NextAsync();
        run.Context.ReportProgress(50);
        await service.SendAsync(HttpMethod.Post, $"/tasks/{first}/cancel");
        var requested = await events.NextAsync();
        run.Context.ReportProgress(60);
        run.Return("done");
        var succeeded = await events.NextAsync();
        var next = await service.Held.NextAsync();
        var running = await events.NextAsync();
        next.Return("");

        Assert.All([queued, requested, succeeded, running], change => Assert.Equal(("status", (string?)null), (change.Name, change.Id)));
        Assert.Equal((second, "queued"), (IdOf(queued), queued.Status));
        Assert.Equal((first, true), (IdOf(requested), requested.Data["cancelRequested"]!.GetValue<bool>()));
        Assert.True(JsonNode.DeepEquals(await (await service.GetAsync($"/tasks/{first}")).JsonAsync(), succeeded.Data));
        Assert.Equal((second, "running"), (IdOf(running), running.Status));
    }

    [Theory]
    [InlineData("?type=held", "queued running succeeded")]
    [InlineData("?type=held&queue=default&status=succeeded", "succeeded")]
    [InlineData("?status=queued,succeeded", "queued succeeded")]
    [InlineData("?status=queued&status=succeeded", "queued succeeded")]
    public async Task The_query_selects_by_type_queue_and_status(string query, string expected)
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        var (_, blocking) = await service.StartHeldAsync();
        await using var events = await FollowAsync(service, $"/events{query}");
        await using var others = await FollowAsync(service, "/events?type=nobody");
        await using var elsewhere = await FollowAsync(service, "/events?queue=nowhere");
        var id = await service.SubmitHeldAsync();
        if (expected.StartsWith("queued", StringComparison.Ordinal))
            Assert.Equal((id, "queued"), await NextOfAsync(id));
        blocking.Return("");
        var run = await service.Held.NextAsync();
        if (expected.Contains("running", StringComparison.Ordinal))
            Assert.Equal((id, "running"), await NextOfAsync(id));

        run.Return("");

        Assert.Equal((id, "succeeded"), await NextOfAsync(id));
        service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await others.EndAsync();
        await elsewhere.EndAsync();

        async Task<(string Id, string Status)> NextOfAsync(string wanted)
        {
            StreamedEvent next;
            do
                next = await events.NextAsync();
            while (IdOf(next) != wanted);
            return (IdOf(next), next.Status);
        }
    }

    [Theory]
    [InlineData("status=done", "status")]
    [InlineData("status=", "status")]
    [InlineData("tag=a:b", "tag")]
    [InlineData("typ=held", "typ")]
    public async Task A_filter_that_is_unknown_or_does_not_parse_is_400(string query, string path)
    {
        await using var service = Service.Start(kind);

        var problem = await (await service.GetAsync($"/events?{query}")).ProblemAsync(400);

        Assert.NotNull(problem["errors"]![path]);
    }

    [Fact]
    public async Task Nothing_remains_of_a_client_that_leaves()
    {
        await using var service = Service.Start(kind);
        var events = await FollowAsync(service, "/events");

        await events.DisposeAsync();

        await EventTests.UntilAsync(() => service.Services.GetRequiredService<TaskFeed>().Count == 0 && service.Services.GetRequiredService<EventTicker>().Count == 0);
    }

    private static string IdOf(StreamedEvent change) => change.Data["id"]!.GetValue<string>();

    /// <summary>What changes from now on is told: the server listens before it answers.</summary>
    private static Task<EventReader> FollowAsync(Service service, string path) => EventReader.OpenAsync(service, path);
}

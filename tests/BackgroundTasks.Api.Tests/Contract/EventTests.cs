using System.Net;
using System.Text.Json.Nodes;
using BackgroundTasks.Execution;
using BackgroundTasks.Http.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class EventsOnTestServer() : EventTests(ServiceKind.TestServer);

public sealed class EventsOnKestrelInProduction() : EventTests(ServiceKind.KestrelInProduction);

public sealed class EventsOnKestrelInDevelopment() : EventTests(ServiceKind.KestrelInDevelopment);

/// <summary><c>GET /tasks/{id}/events</c>.</summary>
public abstract class EventTests(ServiceKind kind)
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_stream_is_neither_cached_nor_buffered_and_head_ends_after_the_headers(string method)
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        using var response = await service.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/tasks/{id}/events"), HttpCompletionOption.ResponseHeadersRead).WaitAsync(HeldWork.Guard);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(("text/event-stream", "no-cache, no-store", "no"), (response.Header("Content-Type"), response.Header("Cache-Control"), response.Header("X-Accel-Buffering")));
        if (method == "HEAD")
            Assert.Empty(await response.Content.ReadAsByteArrayAsync().WaitAsync(HeldWork.Guard));
        run.Return("");
    }

    [Fact]
    public async Task The_frames_are_exact()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        using var stream = await EventReader.OpenRawAsync(service, $"/tasks/{id}/events");
        var running = await (await service.GetAsync($"/tasks/{id}")).Content.ReadAsStringAsync();
        run.Return("two\nlines");
        await service.EndOfAsync(id);
        var ended = await (await service.GetAsync($"/tasks/{id}")).Content.ReadAsStringAsync();

        Assert.Equal(
            $"retry: 3000\n\nevent: snapshot\ndata: {running}\nid: 2.0\n\nevent: succeeded\ndata: {ended}\nid: 3.0\n\n",
            await stream.ReadToEndAsync().WaitAsync(HeldWork.Guard));
    }

    [Fact]
    public async Task A_task_is_followed_from_its_snapshot_to_its_end()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        var (_, first) = await service.StartHeldAsync();
        var id = await service.SubmitHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");

        var snapshot = await events.NextAsync();
        first.Return("");
        var run = await service.Held.NextAsync();
        var status = await events.NextAsync();
        run.Context.ReportProgress(40, "4 of 10");
        var progress = await events.NextAsync();
        run.Return("done");
        var last = await events.NextAsync();
        await events.EndAsync();

        Assert.Equal(TimeSpan.FromSeconds(3), events.Retry);
        Assert.Equal(("snapshot", "1.0", "queued"), (snapshot.Name, snapshot.Id, snapshot.Status));
        Assert.Equal(("status", "2.0", "running"), (status.Name, status.Id, status.Status));
        Assert.Equal(("progress", "2.1"), (progress.Name, progress.Id));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"percent":40,"message":"4 of 10"}"""), progress.Data));
        Assert.Equal(("succeeded", "3.1", "done"), (last.Name, last.Id, last.Data["result"]!.GetValue<string>()));
        Assert.True(JsonNode.DeepEquals(await (await service.GetAsync($"/tasks/{id}")).JsonAsync(), last.Data));
    }

    [Fact]
    public async Task A_failure_ends_the_stream_with_the_error()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
        await events.NextAsync();

        run.Throw(new BackgroundTaskException("The customer is gone."));
        var last = await events.NextAsync();

        Assert.Equal(("failed", "The customer is gone."), (last.Name, last.Data["error"]!["message"]!.GetValue<string>()));
        await events.EndAsync();
    }

    [Fact]
    public async Task A_cancel_shows_when_it_is_requested_and_when_it_is_done()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
        await events.NextAsync();

        await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/cancel");
        var requested = await events.NextAsync();
        await run.Cancelled;
        run.Throw(new OperationCanceledException(run.Token));
        var last = await events.NextAsync();

        Assert.Equal(("status", true), (requested.Name, requested.Data["cancelRequested"]!.GetValue<bool>()));
        Assert.Equal(("canceled", "canceled"), (last.Name, last.Status));
        await events.EndAsync();
    }

    [Fact]
    public async Task Progress_comes_four_times_a_second_at_most_and_the_last_one_comes()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
        await events.NextAsync();

        run.Context.ReportProgress(1);
        var first = await events.NextAsync();
        for (var percent = 2; percent <= 50; percent++)
            run.Context.ReportProgress(percent);
        service.Time.Advance(TimeSpan.FromMilliseconds(249));
        await service.SendAsync(HttpMethod.Post, $"/tasks/{id}/cancel");
        var between = await events.NextAsync();
        run.Context.ReportProgress(51);
        service.Time.Advance(TimeSpan.FromMilliseconds(1));
        var second = await events.NextAsync();

        Assert.Equal(("progress", 1.0), (first.Name, first.Percent));
        Assert.Equal(("status", "3.50", 50.0), (between.Name, between.Id, between.Data["progress"]!["percent"]!.GetValue<double>()));
        Assert.Equal(("progress", "3.51", 51.0), (second.Name, second.Id, second.Percent));
        run.Return("");
    }

    [Fact]
    public async Task The_last_progress_comes_before_the_end_without_waiting_for_its_turn()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
        await events.NextAsync();

        run.Context.ReportProgress(1);
        await events.NextAsync();
        run.Context.ReportProgress(99);
        run.Context.ReportProgress(100);
        run.Return("");
        var progress = await events.NextAsync();
        var last = await events.NextAsync();

        Assert.Equal(("progress", "2.3", 100.0), (progress.Name, progress.Id, progress.Percent));
        Assert.Equal(("succeeded", "3.3"), (last.Name, last.Id));
        await events.EndAsync();
    }

    [Fact]
    public async Task A_comment_comes_every_15_seconds()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        using var stream = await EventReader.OpenRawAsync(service, $"/tasks/{id}/events");
        for (var line = 0; line < 6; line++)
            await stream.ReadLineAsync().WaitAsync(HeldWork.Guard);

        for (var i = 0; i < 3; i++)
        {
            service.Time.Advance(TimeSpan.FromSeconds(15));
            Assert.StartsWith(":", await stream.ReadLineAsync().WaitAsync(HeldWork.Guard), StringComparison.Ordinal);
            Assert.Equal("", await stream.ReadLineAsync().WaitAsync(HeldWork.Guard));
        }

        run.Return("");
    }

    [Fact]
    public async Task An_ended_task_is_told_whole_and_then_never_again()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Return("done");
        await service.EndOfAsync(id);
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");

        var snapshot = await events.NextAsync();
        var last = await events.NextAsync();
        await events.EndAsync();
        var again = await service.GetAsync($"/tasks/{id}/events", ("Last-Event-ID", last.Id!));

        Assert.Equal(("snapshot", "succeeded"), (snapshot.Name, snapshot.Status));
        Assert.Equal(("succeeded", "3.0"), (last.Name, last.Id));
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("2.0")]
    [InlineData("nonsense")]
    public async Task Who_comes_back_before_the_end_gets_a_snapshot_again(string lastEventId)
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events", lastEventId);

        Assert.Equal("snapshot", (await events.NextAsync()).Name);
        run.Return("");
    }

    [Theory]
    [InlineData("0199f0c2aaaa7aaa8aaaaaaaaaaaaaaa")]
    [InlineData("nonsense")]
    [InlineData("0199f0c2-aaaa-7aaa-8aaa-aaaaaaaaaaaa")]
    [InlineData("%0Aforged")]
    public async Task An_unknown_or_malformed_id_is_404(string id)
    {
        await using var service = Service.Start(kind);

        await (await service.GetAsync($"/tasks/{id}/events", ("Accept", "text/event-stream"))).ProblemAsync(404);
        Assert.Equal(HttpStatusCode.NotFound, (await service.SendAsync(HttpMethod.Head, $"/tasks/{id}/events")).StatusCode);
    }

    [Fact]
    public async Task The_task_links_to_its_events_before_and_after_its_end()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();

        Assert.Equal($"/tasks/{id}/events", await LinkAsync());
        run.Return("");
        await service.EndOfAsync(id);
        Assert.Equal($"/tasks/{id}/events", await LinkAsync());

        async Task<string> LinkAsync() => (await (await service.GetAsync($"/tasks/{id}")).JsonAsync())["links"]!["events"]!.GetValue<string>();
    }

    [Fact]
    public async Task A_stream_ends_when_the_record_is_removed()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
        await events.NextAsync();

        var store = service.Services.GetRequiredService<IBackgroundTaskStore>();
        var task = await store.FindAsync(Guid.ParseExact(id, "N"), default);
        Assert.Equal(SwapResult.Swapped, await store.TrySwapAsync(task!, null, StoreWrite.Durable, default));

        await events.EndAsync();
        run.Return("");
    }

    [Fact]
    public async Task A_stream_ends_in_order_when_the_service_stops()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
        await events.NextAsync();

        service.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await events.EndAsync();
        await UntilAsync(() => service.Services.GetRequiredService<EventTicker>().Count == 0);
        run.Return("");
    }

    [Fact]
    public async Task Nothing_remains_of_a_client_that_leaves()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
        await events.NextAsync();
        Assert.Equal(1, service.Services.GetRequiredService<EventTicker>().Count);

        await events.DisposeAsync();

        await UntilAsync(() => service.Services.GetRequiredService<EventTicker>().Count == 0 && service.Services.GetRequiredService<TaskWatch>().Count == 0);
        run.Return("");
    }

    /// <summary>Completes when the server has noticed.</summary>
    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (!condition())
        {
            guard.Token.ThrowIfCancellationRequested();
            await Task.Run(static () => { });
        }
    }
}

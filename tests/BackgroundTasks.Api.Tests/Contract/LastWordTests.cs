using System.Net;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class LastWordOnTestServer() : LastWordTests(ServiceKind.TestServer);

public sealed class LastWordOnKestrelInProduction() : LastWordTests(ServiceKind.KestrelInProduction);

public sealed class LastWordOnKestrelInDevelopment() : LastWordTests(ServiceKind.KestrelInDevelopment);

/// <summary>Whoever waits before the end gets the end, also if the record is removed at that moment: here none is kept.</summary>
public abstract class LastWordTests(ServiceKind kind)
{
    /// <summary>The removal races with the reading: once is not enough.</summary>
    private const int Rounds = 25;

    private const string NoneKept = "BackgroundTasks:MaxRetained";

    [Fact]
    public async Task A_long_poll_gets_the_end()
    {
        await using var service = Service.Start(kind, (NoneKept, "0"));
        for (var round = 0; round < Rounds; round++)
        {
            var (id, run) = await service.StartHeldAsync();
            var waiting = service.GetAsync($"/tasks/{id}?wait=30");
            await WatchedAsync(service);

            run.Return("done");

            await AssertEndAsync(await waiting);
        }
    }

    [Fact]
    public async Task A_wait_for_any_change_gets_the_end()
    {
        await using var service = Service.Start(kind, (NoneKept, "0"));
        for (var round = 0; round < Rounds; round++)
        {
            var (id, run) = await service.StartHeldAsync();
            var waiting = service.GetAsync($"/tasks/{id}?wait=30", ("If-None-Match", "W/\"2.0\""));
            await WatchedAsync(service);

            run.Return("done");

            await AssertEndAsync(await waiting);
        }
    }

    [Fact]
    public async Task A_submit_that_waits_gets_the_end()
    {
        await using var service = Service.Start(kind, (NoneKept, "0"));
        for (var round = 0; round < Rounds; round++)
        {
            var waiting = service.SubmitAsync("""{"type":"held","payload":{}}""", ("Prefer", "wait=30"));

            (await service.Held.NextAsync()).Return("done");

            await AssertEndAsync(await waiting);
        }
    }

    [Fact]
    public async Task Many_submits_that_wait_while_one_record_is_kept_get_their_ends()
    {
        await using var service = Service.Start(kind, (NoneKept, "1"));
        for (var round = 0; round < Rounds; round++)
        {
            var waiting = Enumerable.Range(0, 32).Select(_ => service.SubmitAsync("""{"type":"held","payload":{}}""", ("Prefer", "wait=30"))).ToList();

            for (var i = 0; i < waiting.Count; i++)
                (await service.Held.NextAsync()).Return("done");

            foreach (var response in await Task.WhenAll(waiting))
                await AssertEndAsync(response);
        }
    }

    [Fact]
    public async Task A_stream_of_events_gets_the_end()
    {
        await using var service = Service.Start(kind, (NoneKept, "0"));
        for (var round = 0; round < Rounds; round++)
        {
            var (id, run) = await service.StartHeldAsync();
            await using var events = await EventReader.OpenAsync(service, $"/tasks/{id}/events");
            await events.NextAsync();

            run.Return("done");
            var last = await events.NextAsync();
            await events.EndAsync();

            Assert.Equal(("succeeded", "done"), (last.Name, last.Data["result"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Code_that_waits_gets_the_end()
    {
        await using var service = Service.Start(kind, (NoneKept, "0"));
        var queue = service.Services.GetRequiredService<IBackgroundTaskQueue>();
        for (var round = 0; round < Rounds; round++)
        {
            var (id, run) = await service.StartHeldAsync();
            var waiting = queue.WaitAsync(Guid.ParseExact(id, "N"), TimeSpan.FromHours(1));

            run.Return("done");

            Assert.Equal(BackgroundTaskState.Succeeded, (await waiting.WaitAsync(HeldWork.Guard))?.State);
        }
    }

    [Fact]
    public async Task A_record_that_was_finished_before_the_wait_and_is_removed_is_404()
    {
        await using var service = Service.Start(kind);
        var (id, run) = await service.StartHeldAsync();
        run.Return("done");
        await service.EndOfAsync(id);
        var waiting = service.GetAsync($"/tasks/{id}?wait=30", ("If-None-Match", "W/\"3.0\""));
        await WatchedAsync(service);

        await service.SendAsync(HttpMethod.Delete, $"/tasks/{id}");

        await (await waiting).ProblemAsync(404);
    }

    /// <summary>Completes when the request is waiting.</summary>
    private static Task WatchedAsync(Service service) => EventTests.UntilAsync(() => service.Services.GetRequiredService<TaskWatch>().Count > 0);

    private static async Task AssertEndAsync(HttpResponseMessage response)
    {
        var task = await response.JsonAsync();
        Assert.Equal((HttpStatusCode.OK, "succeeded", "done"), (response.StatusCode, task["status"]!.GetValue<string>(), task["result"]?.GetValue<string>()));
    }
}

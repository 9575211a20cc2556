using System.Net;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Api.Tests.Contract;

public sealed class QueuesOnTestServer() : QueueTests(ServiceKind.TestServer);

public sealed class QueuesOnKestrelInProduction() : QueueTests(ServiceKind.KestrelInProduction);

public sealed class QueuesOnKestrelInDevelopment() : QueueTests(ServiceKind.KestrelInDevelopment);

/// <summary>Queues, priorities, pauses, nodes.</summary>
public abstract class QueueTests(ServiceKind kind)
{
    [Fact]
    public async Task A_queue_tells_what_it_may_hold_and_what_it_holds()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"), ("BackgroundTasks:Queues:default:Capacity", "7"), ("BackgroundTasks:Queues:mail:Workers", "3"), ("BackgroundTasks:Queues:mail:BlockingWorkers", "2"));
        var (_, run) = await service.StartHeldAsync();
        var waiting = await service.SubmitHeldAsync();
        await service.SubmitHeldAsync(more: ""","delaySeconds":60""");
        service.Time.Advance(TimeSpan.FromSeconds(5));

        var queue = await (await service.GetAsync("/queues/default")).JsonAsync();
        var queues = await (await service.GetAsync("/queues")).JsonAsync();

        Assert.Equal((1, 1, 1), (queue["scheduled"]!.GetValue<int>(), queue["queued"]!.GetValue<int>(), queue["running"]!.GetValue<int>()));
        Assert.Equal((7, 1, false, 5.0), (queue["capacity"]!.GetValue<int>(), queue["workers"]!.GetValue<int>(), queue["paused"]!.GetValue<bool>(), queue["oldestQueuedAgeSeconds"]!.GetValue<double>()));
        Assert.Equal(["default", "mail"], queues["queues"]!.AsArray().Select(found => found!["name"]!.GetValue<string>()));
        Assert.Equal((1, 2), (queue["blockingWorkers"]!.GetValue<int>(), queues["queues"]![1]!["blockingWorkers"]!.GetValue<int>()));
        Assert.Null(queues["queues"]![1]!["oldestQueuedAgeSeconds"]);
        await (await service.GetAsync("/queues/unknown")).ProblemAsync(404);
        run.Return("");
        (await service.Held.NextAsync()).Return("");
        await service.EndOfAsync(waiting);
    }

    [Fact]
    public async Task A_paused_queue_accepts_and_starts_nothing_until_it_is_resumed()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:other:Workers", "1"));
        var (_, run) = await service.StartHeldAsync("before");

        var paused = await service.SendAsync(HttpMethod.Post, "/queues/default/pause");
        var id = await service.SubmitHeldAsync("during");
        await service.SubmitHeldAsync("elsewhere", ""","queue":"other" """);
        var elsewhere = await service.Held.NextAsync();
        elsewhere.Return("");
        run.Return("");
        var waiting = await (await service.GetAsync($"/tasks/{id}")).JsonAsync();
        var resumed = await service.SendAsync(HttpMethod.Post, "/queues/default/resume");
        var during = await service.Held.NextAsync();
        during.Return("");

        Assert.Equal((HttpStatusCode.OK, true), (paused.StatusCode, (await paused.JsonAsync())["paused"]!.GetValue<bool>()));
        Assert.Equal(("elsewhere", "queued", "during"), (elsewhere.Name, waiting["status"]!.GetValue<string>(), during.Name));
        Assert.False((await resumed.JsonAsync())["paused"]!.GetValue<bool>());
        await (await service.SendAsync(HttpMethod.Post, "/queues/unknown/pause")).ProblemAsync(404);
    }

    [Fact]
    public async Task What_is_more_urgent_begins_first_and_equals_as_they_came()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "1"));
        var (_, run) = await service.StartHeldAsync();
        foreach (var (name, priority) in new[] { ("low", -5), ("first", 0), ("second", 0), ("high", 100) })
            await service.SubmitHeldAsync(name, $",\"priority\":{priority}");

        // Accepted is in the store; a worker chooses among what its node has taken from there.
        using (var guard = new CancellationTokenSource(HeldWork.Guard))
        {
            while (service.Services.GetRequiredService<TaskWorker>().Find("default")!.Waiting < 4)
                await Task.Run(static () => { }, guard.Token);
        }

        run.Return("");
        var order = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var next = await service.Held.NextAsync();
            order.Add(next.Name);
            next.Return("");
        }

        Assert.Equal(["high", "first", "second", "low"], order);
    }

    [Fact]
    public async Task Settings_of_a_type_are_laid_over_its_own()
    {
        await using var service = Service.Start(kind,
            ("BackgroundTasks:Queues:slow:Workers", "5"), ("BackgroundTasks:Types:held:Queue", "slow"), ("BackgroundTasks:Types:held:MaxAttempts", "3"),
            ("BackgroundTasks:Types:held:Timeout", "00:01:30"), ("BackgroundTasks:Types:held:MaxConcurrency", "1"));
        var (_, run) = await service.StartHeldAsync();
        var second = await (await service.GetAsync($"/tasks/{await service.SubmitHeldAsync("second")}")).JsonAsync();

        var type = await (await service.GetAsync("/task-types/held")).JsonAsync();

        Assert.Equal(("slow", 3, 90.0), (type["queue"]!.GetValue<string>(), type["maxAttempts"]!.GetValue<int>(), type["timeoutSeconds"]!.GetValue<double>()));
        Assert.Equal(("slow", "queued", 3), (second["queue"]!.GetValue<string>(), second["status"]!.GetValue<string>(), second["maxAttempts"]!.GetValue<int>()));
        Assert.False(service.Held.HasStarted);
        run.Return("");
        (await service.Held.NextAsync()).Return("");
    }

    [Fact]
    public async Task The_node_tells_its_workers_and_what_runs()
    {
        await using var service = Service.Start(kind, ("BackgroundTasks:Queues:default:Workers", "5"));
        var (_, run) = await service.StartHeldAsync();

        var node = (await (await service.GetAsync("/nodes")).JsonAsync())["nodes"]!.AsArray().Single()!;

        Assert.Equal((5, 1), (node["workers"]!.GetValue<int>(), node["running"]!.GetValue<int>()));
        Assert.All(new[] { "name", "version", "startedAt", "lastHeartbeat" }, name => Assert.NotEmpty(node[name]!.GetValue<string>()));
        run.Return("");
    }
}

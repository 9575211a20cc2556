using System.Text.Json;

namespace BackgroundTasks.Client.Tests.RoundTrip;

public sealed class ListOnTestServer() : ListTests(ServiceKind.TestServer);

public sealed class ListOnKestrel() : ListTests(ServiceKind.KestrelInProduction);

/// <summary>Lists, task types and queues, against the real service.</summary>
public abstract class ListTests(ServiceKind kind)
{
    [Fact]
    public async Task A_list_reads_page_after_page()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();
        var submitted = new List<string>();
        for (var i = 0; i < 7; i++)
            submitted.Add((await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1), Tags = new Dictionary<string, string> { ["customer"] = "a b&c" } })).Id);
        await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, new() { Delay = TimeSpan.FromHours(1) });

        var listed = await Clients.ToListAsync(client.ListAsync(new()
        {
            Statuses = [BackgroundTaskStatus.Scheduled, BackgroundTaskStatus.Queued],
            Type = "held",
            Queue = "default",
            Tags = new Dictionary<string, string> { ["customer"] = "a b&c" },
            CreatedAfter = service.Time.GetUtcNow().AddMinutes(-1),
            CreatedBefore = service.Time.GetUtcNow().AddMinutes(1),
            PageSize = 3,
        }));

        Assert.Equal(Enumerable.Reverse(submitted), listed.Select(task => task.Id));
        Assert.Empty(await Clients.ToListAsync(client.ListAsync(new() { CreatedBefore = service.Time.GetUtcNow().AddMinutes(-1) })));
    }

    [Fact]
    public async Task Task_types_are_listed_with_their_schemas_and_an_example_that_works()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();

        var types = await client.ListTaskTypesAsync();
        var wait = await client.FindTaskTypeAsync("wait");

        Assert.Contains(types, type => type.Name == "count-primes");
        Assert.Equal(JsonValueKind.Object, wait!.PayloadSchema!.Value.ValueKind);
        Assert.Equal("wait", wait.Example!.Value.GetProperty("type").GetString());
        Assert.Null(await client.FindTaskTypeAsync("no such type"));
    }

    [Fact]
    public async Task A_queue_is_paused_and_resumed()
    {
        await using var service = Service.Start(kind);
        var client = service.ToClient();

        var paused = await client.PauseQueueAsync("default");
        await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held);
        var found = await client.FindQueueAsync("default");
        var resumed = await client.ResumeQueueAsync("default");

        Assert.True(paused.Paused);
        Assert.Equal((true, 1), (found!.Paused, found.Queued));
        Assert.False(resumed.Paused);
        Assert.Contains(await client.ListQueuesAsync(), queue => queue.Name == "default");
        Assert.Null(await client.FindQueueAsync("none"));
        (await service.Held.NextAsync()).Return("");
    }
}

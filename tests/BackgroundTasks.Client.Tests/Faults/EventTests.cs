namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>What the client makes of streams of events that are not as it expects.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task An_event_of_a_kind_that_a_newer_service_has_is_passed_over()
    {
        var address = Clients.FreeAddress();
        await using var stub = await Stub.StartAsync(address, static context => Stub.SendAsync(
            context,
            Stub.Event("snapshot", "running", 1, "1.0") + "event: log\ndata: {\"line\":\"half way\"}\nid: 1.0.1\n\n" + Stub.Event("succeeded", "succeeded", 2, "2.0")));

        var seen = await Clients.ToListAsync(Clients.Of(address).WatchAsync("a1")).WaitAsync(Clients.Guard);

        Assert.Equal([(BackgroundTaskStatus.Running, "W/\"1.0\""), (BackgroundTaskStatus.Succeeded, "W/\"2.0\"")], seen.Select(static task => (task.Status, task.ETag)));
    }
}

using System.Net;

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

    [Theory]
    [InlineData("0", 0.2)]
    [InlineData("9000000000000", 90)]
    public async Task A_pause_before_the_next_connection_has_its_bounds_whatever_the_stream_says(string retry, double seconds)
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        var options = time.Options;
        options.RetryTimeout = TimeSpan.FromSeconds(90);
        await using var stub = await Stub.StartAsync(address, context => Stub.SendAsync(context, $"retry: {retry}\n\n" + Stub.Event("snapshot", "running", 1, "1.0")));

        var watching = Clients.ToListAsync(Clients.Of(address, options).WatchAsync("a1"));
        var limit = await time.NextPauseAsync();
        var pause = time.NextPauseAsync();
        await Task.WhenAny(watching, pause);

        Assert.False(watching.IsCompleted, watching.Exception?.Message);
        Assert.Equal((options.RetryTimeout, TimeSpan.FromSeconds(seconds)), (limit, await pause));
    }

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.NoContent)]
    public async Task A_watch_of_all_of_something_that_is_no_stream_ends_and_says_so(HttpStatusCode code)
    {
        var client = new Script(() => Script.Answer(code, "<html>Welcome!</html>", "text/html")).ToClient(new ClientTime().Options);

        var wrong = await Assert.ThrowsAsync<ServiceUnreachableException>(() => Clients.ToListAsync(client.WatchAllAsync()).WaitAsync(Clients.Guard));

        Assert.Contains("is not a BackgroundTasks service", wrong.Message, StringComparison.Ordinal);
    }
}

using System.Net;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>A service that stops, and starts again at the same address.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_submit_during_a_restart_is_accepted_once_when_the_service_is_back(Caller caller)
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        await (await Stub.StartAsync(address, static _ => Task.CompletedTask)).DisposeAsync();

        var submitting = Clients.Of(address, time.Options).SubmitAsync(caller, new() { Delay = TimeSpan.FromHours(1) });
        var pause = await time.NextPauseAsync();
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("urls", address.ToString()));
        time.Advance(pause);
        await time.SkipPausesUntilAsync(submitting);
        var task = await submitting;
        var kept = await Clients.ToListAsync(Clients.Of(address).ListAsync());

        Assert.Equal(address.Port, service.Client.BaseAddress!.Port);
        Assert.Equal(task.Id, Assert.Single(kept).Id);
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_wait_goes_on_at_the_service_that_has_come_back(Caller caller)
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        var first = await Stub.StartAsync(address, Stub.HoldAsync);

        var waiting = Clients.Of(address, time.Options).WaitAsync(caller, "a1", TimeSpan.FromMinutes(10));
        await first.NextRequestAsync();
        await first.DisposeAsync();
        var pause = await time.NextPauseAsync();
        await using var second = await Stub.StartAsync(address, static context => context.Response.WriteAsync(Stub.Task("succeeded")));
        time.Advance(pause);
        await time.SkipPausesUntilAsync(waiting);

        Assert.Equal("done", (await waiting).GetResult(TestJson.Default.String));
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_task_that_was_accepted_before_a_restart_is_run_after_it_and_its_wait_goes_on(Caller caller)
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        var client = Clients.Of(address, time.Options);
        var first = Service.Start(ServiceKind.KestrelInProduction, ("urls", address.ToString()));
        await client.PauseQueueAsync("default");
        var task = await client.SubmitAsync("held", new Held("kept"), TestJson.Default.Held);

        var waiting = client.WaitAsync(caller, task.Id, TimeSpan.FromMinutes(10));
        var data = await first.StopAndKeepAsync();
        await using var second = Service.Start(ServiceKind.KestrelInProduction, ("urls", address.ToString()), ("BackgroundTasks:DataDirectory", data));
        await Clients.Of(address).ResumeQueueAsync("default");
        (await second.Held.NextAsync()).Return("kept");
        await time.SkipPausesUntilAsync(waiting);

        Assert.Equal("kept", (await waiting).GetResult(TestJson.Default.String));
        await second.StopAndKeepAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_watch_goes_on_at_the_service_that_has_come_back_and_tells_nothing_twice()
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        string? resumedFrom = null;
        var first = await Stub.StartAsync(address, static async context =>
        {
            await Stub.SendAsync(context, "retry: 2000\n\n" + Stub.Event("snapshot", "queued", 1, "1.0") + Stub.Event("status", "running", 2, "2.0"));
            await Stub.HoldAsync(context);
        });
        await using var events = Clients.Of(address, time.Options).WatchAsync("a1").GetAsyncEnumerator();
        var seen = new List<(BackgroundTaskStatus, string?)>();
        for (var i = 0; i < 2; i++)
        {
            await events.MoveNextAsync();
            seen.Add((events.Current.Status, events.Current.ETag));
        }

        var next = events.MoveNextAsync().AsTask();
        await first.DisposeAsync();
        var pause = await time.NextPauseAsync();
        await using var second = await Stub.StartAsync(address, async context =>
        {
            resumedFrom = context.Request.Headers["Last-Event-ID"];
            await Stub.SendAsync(context, Stub.Event("snapshot", "running", 2, "2.0") + Stub.Event("succeeded", "succeeded", 3, "3.0"));
            await Stub.HoldAsync(context);
        });
        time.Advance(pause);
        await time.SkipPausesUntilAsync(next);
        seen.Add((events.Current.Status, events.Current.ETag));

        Assert.False(await events.MoveNextAsync());
        Assert.Equal(TimeSpan.FromSeconds(2), pause);
        Assert.Equal("2.0", resumedFrom);
        Assert.Equal([(BackgroundTaskStatus.Queued, "W/\"1.0\""), (BackgroundTaskStatus.Running, "W/\"2.0\""), (BackgroundTaskStatus.Succeeded, "W/\"3.0\"")], seen);
    }

    [Fact]
    public async Task A_watch_ends_where_the_service_says_that_there_is_nothing_more()
    {
        var address = Clients.FreeAddress();
        await using var stub = await Stub.StartAsync(address, static context =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.NoContent;
            return Task.CompletedTask;
        });

        Assert.Empty(await Clients.ToListAsync(Clients.Of(address).WatchAsync("a1")).WaitAsync(Clients.Guard));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_gives_up_on_streams_that_end_again_and_again_without_news(bool ofAll)
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        var options = time.Options;
        options.RetryTimeout = TimeSpan.FromSeconds(110);
        await using var stub = await Stub.StartAsync(address, static context => Stub.SendAsync(context, ": nothing\n\n"));

        var client = Clients.Of(address, options);
        var watching = Clients.ToListAsync(ofAll ? client.WatchAllAsync() : client.WatchAsync("a1"));
        await time.SkipPausesUntilAsync(watching);

        Assert.Contains("without news", (await Assert.ThrowsAsync<ServiceUnreachableException>(() => watching)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_of_a_quiet_task_outlasts_any_number_of_streams_that_lived()
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        var options = time.Options;
        (options.RetryTimeout, options.StreamSilence) = (TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(90));
        using var cut = new SemaphoreSlim(0);
        var connections = 0;
        await using var stub = await Stub.StartAsync(address, async context =>
        {
            if (Interlocked.Increment(ref connections) == 4)
            {
                await Stub.SendAsync(context, Stub.Event("succeeded", "succeeded", 2, "2.0"));
                return;
            }

            await Stub.SendAsync(context, Stub.Event("snapshot", "running", 1, "1.0"));
            await cut.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(": still here\n\n");
        });

        var watching = Clients.ToListAsync(Clients.Of(address, options).WatchAsync("a1"));
        for (var i = 0; i < 3; i++)
        {
            await BeginOfAsync(options.StreamSilence);
            time.Advance(TimeSpan.FromSeconds(80));
            cut.Release();
            await BeginOfAsync(TimeSpan.FromSeconds(3));
            time.Advance(TimeSpan.FromSeconds(3));
        }

        var seen = await watching.WaitAsync(Clients.Guard);

        Assert.Equal([BackgroundTaskStatus.Running, BackgroundTaskStatus.Succeeded], seen.Select(static task => task.Status));

        async Task BeginOfAsync(TimeSpan pause)
        {
            for (var next = TimeSpan.Zero; next != pause;)
            {
                var begun = time.NextPauseAsync();
                if (await Task.WhenAny(watching, begun) == watching)
                    await watching;
                next = await begun;
            }
        }
    }

    [Fact]
    public async Task A_watch_of_all_goes_on_at_the_service_that_has_come_back()
    {
        var address = Clients.FreeAddress();
        var time = new ClientTime();
        var first = await Stub.StartAsync(address, static context => Stub.SendAsync(context, Stub.Event("status", "queued", 1, null)));
        await using var events = Clients.Of(address, time.Options).WatchAllAsync().GetAsyncEnumerator();
        await events.MoveNextAsync();
        var told = events.Current;

        var next = events.MoveNextAsync().AsTask();
        var pause = await time.NextPauseAsync();
        await first.DisposeAsync();
        await using var second = await Stub.StartAsync(address, static context => Stub.SendAsync(context, Stub.Event("status", "running", 2, null)));
        time.Advance(pause);
        await time.SkipPausesUntilAsync(next);

        Assert.Equal((BackgroundTaskStatus.Queued, BackgroundTaskStatus.Running), (told.Status, events.Current.Status));
    }
}

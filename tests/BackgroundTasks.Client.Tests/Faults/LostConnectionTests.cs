namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>Connections that break between the client and the real service.</summary>
public sealed class LostConnectionTests
{
    [Theory]
    [InlineData(0, Caller.Awaits)]
    [InlineData(100, Caller.Awaits)]
    [InlineData(600, Caller.Awaits)]
    [InlineData(0, Caller.Blocks)]
    [InlineData(100, Caller.Blocks)]
    [InlineData(600, Caller.Blocks)]
    public async Task A_submit_whose_answer_breaks_off_is_accepted_once(int bytes, Caller caller)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        await using var relay = new Relay(service.Client.BaseAddress!);
        var client = Clients.Of(relay.Address);
        relay.CutNextAfter(bytes);

        var task = await client.SubmitAsync(caller, new() { Delay = TimeSpan.FromHours(1) }).WaitAsync(Clients.Guard);
        var kept = await Clients.ToListAsync(client.ListAsync());

        Assert.Equal(task.Id, Assert.Single(kept).Id);
        await relay.NextConnectionAsync();
        await relay.NextConnectionAsync();
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_wait_goes_on_over_a_new_connection(Caller caller)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        await using var relay = new Relay(service.Client.BaseAddress!);
        var (id, run) = await service.StartHeldAsync();

        var waiting = Clients.Of(relay.Address).WaitAsync(caller, id, TimeSpan.FromMinutes(1));
        await relay.NextConnectionAsync();
        relay.CutAll();
        run.Return("done");

        Assert.Equal("done", (await waiting.WaitAsync(Clients.Guard)).GetResult(TestJson.Default.String));
    }

    [Fact]
    public async Task A_watch_goes_on_where_it_was()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        await using var relay = new Relay(service.Client.BaseAddress!);
        var time = new ClientTime();
        var (id, run) = await service.StartHeldAsync();
        await using var events = Clients.Of(relay.Address, time.Options).WatchAsync(id).GetAsyncEnumerator();
        await events.MoveNextAsync();
        var first = events.Current;

        relay.CutAll();
        var next = events.MoveNextAsync().AsTask();
        var pause = await time.NextPauseAsync();
        run.Context.ReportProgress(40, "4 of 10");
        time.Advance(pause);
        await next.WaitAsync(Clients.Guard);
        var second = events.Current;
        relay.CutAll();
        next = events.MoveNextAsync().AsTask();
        pause = await time.NextPauseAsync();
        run.Return("done");
        await service.EndOfAsync(id);
        time.Advance(pause);
        await next.WaitAsync(Clients.Guard);
        var last = events.Current;

        Assert.Equal(TimeSpan.FromSeconds(3), pause);
        Assert.Equal((BackgroundTaskStatus.Running, null), (first.Status, first.Progress));
        Assert.Equal(40, second.Progress?.Percent);
        Assert.Equal("done", last.GetResult(TestJson.Default.String));
        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task A_stream_that_breaks_without_a_word_is_noticed_by_its_silence()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        await using var relay = new Relay(service.Client.BaseAddress!);
        var time = new ClientTime();
        var options = time.Options;
        options.StreamSilence = TimeSpan.FromSeconds(45);
        var (id, run) = await service.StartHeldAsync();
        using var enough = new CancellationTokenSource();
        await using var events = Clients.Of(relay.Address, options).WatchAsync(id, enough.Token).GetAsyncEnumerator(enough.Token);
        await events.MoveNextAsync();

        relay.Swallow();
        var next = events.MoveNextAsync().AsTask();
        run.Return("done");
        var pauses = new List<TimeSpan> { await time.SkipPauseAsync() };
        while (pauses[^1] != TimeSpan.FromSeconds(3))
            pauses.Add(await time.SkipPauseAsync());

        Assert.Contains(TimeSpan.FromSeconds(45), pauses);
        await enough.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => next.WaitAsync(Clients.Guard));
    }

    [Fact]
    public async Task Who_gives_up_a_watch_gets_their_own_cancellation()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        var (id, run) = await service.StartHeldAsync();
        using var enough = new CancellationTokenSource();
        await using var events = Clients.Of(service.Client.BaseAddress!).WatchAsync(id, enough.Token).GetAsyncEnumerator(CancellationToken.None);
        await events.MoveNextAsync();

        var next = events.MoveNextAsync().AsTask();
        await enough.CancelAsync();

        Assert.Equal(enough.Token, (await Assert.ThrowsAsync<OperationCanceledException>(() => next.WaitAsync(Clients.Guard))).CancellationToken);
        run.Return("");
    }

    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_wait_ends_in_time_over_a_connection_that_gives_nothing(Caller caller)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction);
        await using var relay = new Relay(service.Client.BaseAddress!);
        relay.Swallow();

        var waiting = Clients.Of(relay.Address).WaitAsync(caller, "a1", TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAsync<BackgroundTaskNotFinishedException>(() => waiting.WaitAsync(Clients.Guard));
    }
}

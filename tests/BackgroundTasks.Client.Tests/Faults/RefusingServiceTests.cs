using System.Net;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>The real service, when it has to refuse.</summary>
public sealed class RefusingServiceTests
{
    [Theory]
    [InlineData(Caller.Awaits)]
    [InlineData(Caller.Blocks)]
    public async Task A_submit_to_a_full_queue_is_accepted_once_there_is_a_place(Caller caller)
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("BackgroundTasks:Queues:default:Capacity", "1"));
        var time = new ClientTime();
        var client = Clients.Of(service.Client.BaseAddress!, time.Options);
        await client.PauseQueueAsync("default");
        var first = await client.SubmitAsync("held", new Held("first"), TestJson.Default.Held);

        var submitting = client.SubmitAsync(caller);
        var pause = await time.NextPauseAsync();
        await client.ResumeQueueAsync("default");
        var run = await service.Held.NextAsync();
        time.Advance(pause);
        await time.SkipPausesUntilAsync(submitting);
        var second = await submitting;
        run.Return("");
        (await service.Held.NextAsync()).Return("");

        Assert.InRange(pause.TotalSeconds, 1, 1.2);
        Assert.Equal("first", run.Name);
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_quota_that_lasts_longer_than_the_call_is_told_with_its_end()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("BackgroundTasks:ClientLimit:Permits", "1"), ("BackgroundTasks:ClientLimit:Window", "01:00:00"));
        var client = Clients.Of(service.Client.BaseAddress!);
        var delayed = new SubmitOptions { Delay = TimeSpan.FromHours(1) };
        await client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, delayed);

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => client.SubmitAsync("held", new Held("a"), TestJson.Default.Held, delayed));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromMinutes(1.01), TimeSpan.FromMinutes(60));
        Assert.Single(await Clients.ToListAsync(client.ListAsync()));
    }
}

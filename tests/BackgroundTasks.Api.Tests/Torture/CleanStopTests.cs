using BackgroundTasks.Api.Tests.Hosting;

namespace BackgroundTasks.Api.Tests.Torture;

public sealed class CleanStopTests
{
    [Fact]
    public async Task After_a_clean_stop_nothing_counts_as_lost_and_all_is_as_it_was()
    {
        await using var service = await ServiceProcess.ServeAsync(
            ("BackgroundTasks__DrainTimeout", "00:00:00.2"), ("BackgroundTasks__Queues__other__Workers", "1"));
        await service.PostAsync("/queues/other/pause");
        var running = await service.SubmitAsync("""{"type":"wait","payload":{"seconds":3600}}""");
        var finished = await service.SubmitAsync("""{"type":"count-primes","payload":{"upTo":1000}}""");
        var queued = await service.SubmitAsync("""{"type":"count-primes","queue":"other","priority":7,"tags":{"a":"b"},"payload":{"upTo":1000}}""");
        var scheduled = await service.SubmitAsync("""{"type":"count-primes","delaySeconds":3600,"payload":{"upTo":1000}}""");
        await service.EndOfAsync(finished);
        await service.StartOfAsync(running);
        var before = await ReadAsync(service, finished, queued, scheduled);

        service.Terminate();
        var stopped = await service.EndAsync();
        await service.RestartAsync();

        Assert.Equal((0, ""), stopped);
        Assert.Equal(before, await ReadAsync(service, finished, queued, scheduled));
        Assert.Equal("168", (await service.TaskAsync(finished))["result"]!["count"]!.ToJsonString());
        var again = await service.StartOfAsync(running);

        // Queued, running, interrupted, running: a crash would have raised the version by more.
        Assert.Equal((4, 1, 0), (again["version"]!.GetValue<int>(), again["attempt"]!.GetValue<int>(), again["lostRuns"]!.GetValue<int>()));
        Assert.Contains("\"paused\":true", await service.Client.GetStringAsync(new Uri("/queues/other", UriKind.Relative)), StringComparison.Ordinal);
        await service.PostAsync("/queues/other/resume");
        Assert.Equal("succeeded", (await service.EndOfAsync(queued))["status"]!.GetValue<string>());
    }

    private static async Task<string[]> ReadAsync(ServiceProcess service, params string[] ids) =>
        [.. (await Task.WhenAll(ids.Select(id => service.TaskAsync(id)))).Select(task => task.ToJsonString())];
}

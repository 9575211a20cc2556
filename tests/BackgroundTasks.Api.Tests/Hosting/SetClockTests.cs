using System.Net;
using System.Text.Json.Nodes;
using BackgroundTasks.Api.Tests.Contract;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>The real process while somebody sets the clock of its machine; its timers and timestamps are the real ones.</summary>
public sealed class SetClockTests : IDisposable
{
    private readonly string _clock = Path.GetTempFileName();

    public void Dispose() => File.Delete(_clock);

    [SetClockFact]
    public async Task A_delay_of_a_second_is_one_whichever_way_the_clock_is_set_and_a_time_of_day_follows_it()
    {
        await using var service = await StartAsync();
        await SubmitAsync(service, "\"delaySeconds\":3600");
        var atTime = await SubmitAsync(service, $"\"scheduledFor\":\"{TimeProvider.System.GetUtcNow().AddHours(1.5):O}\"");

        await SetAsync("-1h");
        Assert.Equal("succeeded", (await EndAsync(service, await SubmitAsync(service, "\"delaySeconds\":1")))["status"]!.GetValue<string>());
        var delayed = await SubmitAsync(service, "\"delaySeconds\":1");
        await SetAsync("+2h");

        Assert.Equal("succeeded", (await EndAsync(service, delayed))["status"]!.GetValue<string>());
        Assert.Equal("succeeded", (await EndAsync(service, await SubmitAsync(service, "\"delaySeconds\":1")))["status"]!.GetValue<string>());
        Assert.Equal("succeeded", (await EndAsync(service, atTime))["status"]!.GetValue<string>());
    }

    [SetClockFact]
    public async Task What_finished_while_the_clock_was_a_day_ahead_is_purged_on_time_and_so_is_what_came_after()
    {
        await using var service = await StartAsync(("BackgroundTasks__Retention", "00:00:03"));
        await SetAsync("+1d");
        var ahead = await SubmitAsync(service);
        var finished = await EndAsync(service, ahead);
        await SetAsync("+0");
        var after = await SubmitAsync(service);

        await GoneAsync(service, ahead);
        await GoneAsync(service, after);

        Assert.True(finished["finishedAt"]!.GetValue<DateTime>() > TimeProvider.System.GetUtcNow().AddHours(23).UtcDateTime);
    }

    private static async Task<string> SubmitAsync(ServiceProcess service, string more = "\"priority\":0") =>
        await service.SubmitAsync($$$"""{"type":"wait","payload":{"seconds":0},{{{more}}}}""");

    /// <summary>The task once it has ended, but no longer than a guard: an hour's delay takes an hour.</summary>
    private static async Task<JsonNode> EndAsync(ServiceProcess service, string id) =>
        await (await service.Client.GetAsync(new Uri($"/tasks/{id}?wait=20", UriKind.Relative))).JsonAsync();

    private static async Task GoneAsync(ServiceProcess service, string id)
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while ((await service.Client.GetAsync(new Uri($"/tasks/{id}", UriKind.Relative), guard.Token)).StatusCode is not HttpStatusCode.NotFound)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, guard.Token);
    }

    private async Task SetAsync(string clock)
    {
        // Never read half written.
        await File.WriteAllTextAsync($"{_clock}.next", $"{clock}\n");
        File.Move($"{_clock}.next", _clock, overwrite: true);
    }

    private async Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings)
    {
        await SetAsync("+0");
        return await ServiceProcess.ServeAsync([
            .. settings,
            ("LD_PRELOAD", SetClockFactAttribute.Library!),
            ("FAKETIME_TIMESTAMP_FILE", _clock),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_RESET", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ]);
    }
}

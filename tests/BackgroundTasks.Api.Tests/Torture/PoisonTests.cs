using System.Globalization;
using System.Net.Sockets;
using BackgroundTasks.Api.Tests.Hosting;

namespace BackgroundTasks.Api.Tests.Torture;

public sealed class PoisonTests
{
    private const int MaxLostRuns = 3;
    private const string Count = """{"type":"count-primes","payload":{"upTo":100}}""";

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task A_task_that_kills_its_process_fails_as_lost_and_its_neighbours_succeed(int workers)
    {
        await using var service = await ServiceProcess.ServeAsync(
            [.. PoisonStartup.Settings, ("BackgroundTasks__Queues__default__Workers", workers.ToString(CultureInfo.InvariantCulture))]);
        await service.PostAsync("/queues/default/pause");
        var before = await SubmitAsync(service, 10, Count);
        var poison = (await SubmitAsync(service, 1, """{"type":"poison","payload":{}}"""))[0];
        var after = await SubmitAsync(service, 10, Count);

        await ResumeAsync(service);
        var deaths = await DeathsUntilEndedAsync(service, poison);

        Assert.InRange(deaths, 1, MaxLostRuns + 1);
        var lost = await service.EndOfAsync(poison);
        Assert.Equal(("failed", "lost", MaxLostRuns), (lost["status"]!.GetValue<string>(), lost["error"]!["type"]!.GetValue<string>(), lost["lostRuns"]!.GetValue<int>()));
        foreach (var neighbour in before.Concat(after))
        {
            var ended = await service.EndOfAsync(neighbour);
            Assert.Equal("succeeded", ended["status"]!.GetValue<string>());
            Assert.InRange(ended["lostRuns"]!.GetValue<int>(), 0, workers == 1 ? 0 : MaxLostRuns - 1);
        }
    }

    private static async Task ResumeAsync(ServiceProcess service)
    {
        try
        {
            await service.PostAsync("/queues/default/resume");
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            // It died before it could answer.
        }
    }

    /// <summary>Starts it again whenever it has died, until the task has ended.</summary>
    private static async Task<int> DeathsUntilEndedAsync(ServiceProcess service, string poison)
    {
        for (var deaths = 1; ; deaths++)
        {
            await service.EndAsync();
            try
            {
                if (await service.TryRestartAsync() && (await service.EndOfAsync(poison))["status"]!.GetValue<string>() is "failed")
                    return deaths;
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException)
            {
                // It died before it could answer.
            }
        }
    }

    private static async Task<List<string>> SubmitAsync(ServiceProcess service, int times, string json)
    {
        var ids = new List<string>();
        for (var i = 0; i < times; i++)
            ids.Add(await service.SubmitAsync(json));
        return ids;
    }
}

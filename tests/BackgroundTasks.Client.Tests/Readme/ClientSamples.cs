using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Client.Tests.Readme;

/// <summary>The four ways in which the article calls its service.</summary>
internal static class ClientSamples
{
    public static int Block(BackgroundTasksClient client)
    {
        // <sample>
        var primes = client.CountPrimes(1_000_000);
        // </sample>
        return primes!.Count;
    }

    public static int[] BlockOnThreads(BackgroundTasksClient client)
    {
        // <sample>
        int[] limits = [1_000_000, 2_000_000], counts = [0, 0];
        var threads = limits.Select((limit, i) => new Thread(() => counts[i] = client.CountPrimes(limit)!.Count)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        // </sample>
        return counts;
    }

    public static async Task<int> AwaitAsync(BackgroundTasksClient client)
    {
        // <sample>
        var primes = await client.CountPrimesAsync(1_000_000);
        // </sample>
        return primes!.Count;
    }

    public static async Task<int[]> GatherAsync(BackgroundTasksClient client)
    {
        // <sample>
        int[] limits = [1_000_000, 2_000_000, 3_000_000];
        var primes = await Task.WhenAll(limits.Select(client.CountPrimesAsync));
        // </sample>
        return [.. primes.Select(one => one!.Count)];
    }

    public static void Register(IServiceCollection services, Uri address)
    {
        // <sample>
        services.AddBackgroundTasksClient(address);
        // </sample>
    }

    public static async Task<string> FollowAsync(BackgroundTasksClient client, TextWriter output)
    {
        // <sample>
        var task = await client.SubmitAsync("count-primes", new CountPrimes(2_000_000), PrimesJson.Default.CountPrimes, new() { Priority = 10 });
        await foreach (var now in client.WatchAsync(task.Id))
            await output.WriteLineAsync($"{now.Status} {now.Progress?.Percent}");

        var ended = await client.WaitAsync(task.Id, TimeSpan.FromMinutes(1));
        try
        {
            await output.WriteLineAsync($"{ended.GetResult(PrimesJson.Default.Primes)!.Count} primes");
        }
        catch (BackgroundTaskFailedException failure)
        {
            await output.WriteLineAsync($"{failure.Error!.Type}: {failure.Error.Message}");
        }
        // </sample>
        return task.Id;
    }
}

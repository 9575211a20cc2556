// <sample>
using System.Text.Json;
using System.Text.Json.Serialization;
using BackgroundTasks.Client;

public sealed record CountPrimes(int UpTo);

public sealed record Primes(int UpTo, int Count);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(CountPrimes))]
[JsonSerializable(typeof(Primes))]
internal sealed partial class PrimesJson : JsonSerializerContext;

internal static class PrimesClient
{
    public static Task<Primes?> CountPrimesAsync(this BackgroundTasksClient client, int upTo) =>
        client.RunAsync("count-primes", new CountPrimes(upTo), PrimesJson.Default.CountPrimes, PrimesJson.Default.Primes, TimeSpan.FromMinutes(1));

    public static Primes? CountPrimes(this BackgroundTasksClient client, int upTo) =>
        client.Run("count-primes", new CountPrimes(upTo), PrimesJson.Default.CountPrimes, PrimesJson.Default.Primes, TimeSpan.FromMinutes(1));
}
// </sample>

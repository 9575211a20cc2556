using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Client.Tests;

internal static class Clients
{
    /// <summary>Ends a test that hangs; nothing waits for it otherwise.</summary>
    public static TimeSpan Guard => HeldWork.Guard;

    /// <summary>A client of the service under test, with its transport.</summary>
    public static BackgroundTasksClient ToClient(this Service service, BackgroundTasksClientOptions? options = null) => new(service.Client, options ?? Hasty());

    /// <summary>A client of an address, over a transport of its own.</summary>
    public static BackgroundTasksClient Of(Uri address, BackgroundTasksClientOptions? options = null) =>
        new(new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan }, options ?? Hasty());

    /// <summary>Pauses that a test does not notice.</summary>
    public static BackgroundTasksClientOptions Hasty() => new() { FirstRetryDelay = TimeSpan.FromMilliseconds(5), MaxRetryDelay = TimeSpan.FromMilliseconds(50) };

    /// <summary>An address where nobody listens, yet.</summary>
    public static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    public static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> source)
    {
        var list = new List<T>();
        await foreach (var item in source)
            list.Add(item);
        return list;
    }
}

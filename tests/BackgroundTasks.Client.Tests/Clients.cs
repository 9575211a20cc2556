using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Client.Tests;

internal static class Clients
{
    private static int _port = Random.Shared.Next(20_000, 30_000);

    /// <summary>Ends a test that hangs; nothing waits for it otherwise.</summary>
    public static TimeSpan Guard => HeldWork.Guard;

    /// <summary>A client of the service under test, with its transport.</summary>
    public static BackgroundTasksClient ToClient(this Service service, BackgroundTasksClientOptions? options = null) => new(service.Client, options ?? Hasty());

    /// <summary>A client of an address, over a transport of its own.</summary>
    public static BackgroundTasksClient Of(Uri address, BackgroundTasksClientOptions? options = null) =>
        new(new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan }, options ?? Hasty());

    /// <summary>Pauses that a test does not notice.</summary>
    public static BackgroundTasksClientOptions Hasty() => new() { FirstRetryDelay = TimeSpan.FromMilliseconds(5), MaxRetryDelay = TimeSpan.FromMilliseconds(50) };

    /// <summary>
    /// An address where nobody listens, yet, and that stays free while a service restarts: below the ports from which systems take those of connections.
    /// </summary>
    public static Uri FreeAddress()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _port);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return new Uri($"http://127.0.0.1:{port}");
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }

    public static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> source)
    {
        var list = new List<T>();
        await foreach (var item in source)
            list.Add(item);
        return list;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BackgroundTasks.Benchmarks;

/// <summary>What clients cost that wait while nothing changes: memory each, and a processor's time. Each has a connection and a task of its own.</summary>
internal static class Waiters
{
    private const string Body = """{"type":"wait","payload":{"seconds":3600}}""";

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 30;
        await MeasureAsync("connection that asked once", count, seconds, static _ => "/health/live");
        await MeasureAsync("long-poll", count, seconds, static task => $"{task}?wait=3600");
        await MeasureAsync("long-poll for any change", count, seconds, static task => $"{task}?wait=3600", "If-None-Match: W/\"1.0\"\r\n");
        await MeasureAsync("event stream", count, seconds, static task => $"{task}/events");
        return 0;
    }

    private static async Task MeasureAsync(string name, int count, int seconds, Func<Uri, string> path, string headers = "")
    {
        await using var server = await ServerProcess.StartAsync(ServerSpec.Service(
            name, ("BackgroundTasks:Storage", "Memory"), ("BackgroundTasks:MaxWait", "01:00:00"), ("BackgroundTasks:MaxConnections", $"{count + 1_000}"), ("BackgroundTasks:Queues:default:Workers", "1")));
        using var client = new HttpClient { BaseAddress = server.Address };
        var tasks = new TaskClient(client, Body);
        var paths = new List<Uri>();
        for (var i = 0; i <= count; i++)
            paths.Add(await tasks.SubmitAsync());

        // The first task runs, and tells its progress; the others are queued. What the first waiters cost is paid once.
        var waiting = new List<Socket>();
        try
        {
            await ConnectAsync(waiting, server.Address, paths.Skip(1).Take(count / 20), path, headers);
            await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
            var memory = server.MemoryBytes();
            await ConnectAsync(waiting, server.Address, paths.Skip(1 + (count / 20)), path, headers);
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
            var (begun, cpu) = (Stopwatch.GetTimestamp(), server.ProcessorTime());
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
            var share = (server.ProcessorTime() - cpu) / Stopwatch.GetElapsedTime(begun);
            Console.WriteLine($"{waiting.Count,6:N0} × {name,-28} {(server.MemoryBytes() - memory) / 1024.0 / (count - (count / 20)),6:N1} KB each   {share:P2} of a core");
        }
        finally
        {
            waiting.ForEach(static socket => socket.Dispose());
        }
    }

    private static async Task ConnectAsync(List<Socket> waiting, Uri address, IEnumerable<Uri> tasks, Func<Uri, string> path, string headers)
    {
        foreach (var task in tasks)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            waiting.Add(socket);
            await socket.ConnectAsync(address.Host, address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path(task)} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"));
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BackgroundTasks.Benchmarks;

/// <summary>From the start of the process to its first 202, with a folder of its own each time: the service as it is published.</summary>
internal static class Starts
{
    private const string Body = """{"type":"wait","payload":{"seconds":0}}""";

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        var times = new List<double>();
        for (var i = 0; i < count; i++)
            times.Add((await StartAsync(Path.GetFullPath(args[0]))).TotalSeconds);
        Console.WriteLine($"{count} starts: median {times.Order().ElementAt(count / 2):0.000} s, {times.Min():0.000} to {times.Max():0.000} s");
        return 0;
    }

    private static async Task<TimeSpan> StartAsync(string program)
    {
        var data = Directory.CreateTempSubdirectory("bench-").FullName;
        var address = new IPEndPoint(IPAddress.Loopback, 5982);
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, ["--urls", $"http://{address}", "--BackgroundTasks:DataDirectory", data]) { RedirectStandardOutput = true })!;
        try
        {
            while (!await SubmitAsync(address))
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
            return Stopwatch.GetElapsedTime(begun);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Over a bare socket: a client's own first request takes a tenth of a second.</summary>
    private static async Task<bool> SubmitAsync(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address);
        }
        catch (SocketException)
        {
            return false;
        }

        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"));
        var answer = new byte[12];
        await socket.ReceiveAsync(answer);
        return answer.AsSpan().SequenceEqual("HTTP/1.1 202"u8);
    }
}

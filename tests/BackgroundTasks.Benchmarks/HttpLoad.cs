using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace BackgroundTasks.Benchmarks;

/// <summary>POST /tasks under the load of wrk (1 thread, 64 connections, a body of 130 bytes), each kind of server in a process of its own, in turn.</summary>
internal static partial class HttpLoad
{
    private static readonly string[] Kinds = ["bare", "memory", "sqlite"];

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 8;
        var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
        var script = Path.Combine(Environment.CurrentDirectory, $"bench-{Guid.NewGuid():N}.lua");
        await File.WriteAllTextAsync(script, $$$"""
            wrk.method = "POST"
            wrk.headers["Content-Type"] = "application/json"
            wrk.body = '{"type":"echo","payload":{"text":"{{{new string('p', 89)}}}"}}'
            """);
        var reached = Kinds.ToDictionary(kind => kind, _ => new List<(double Rate, double P99, double Cpu)>());
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var kind in Kinds)
                    reached[kind].Add(await MeasureAsync(kind, script, seconds));
            }
        }
        finally
        {
            File.Delete(script);
        }

        var bare = Median(reached["bare"], run => run.Rate);
        var bareCpu = Median(reached["bare"], run => run.Cpu);
        foreach (var kind in Kinds)
            Console.WriteLine($"{kind,-8} {Median(reached[kind], run => run.Rate),10:N0} POST/s  × {Median(reached[kind], run => run.Rate) / bare:0.00}   p99 {Median(reached[kind], run => run.P99):0.0} ms   CPU a request × {Median(reached[kind], run => run.Cpu) / bareCpu:0.00}");
        return 0;
    }

    private static async Task<(double Rate, double P99, double Cpu)> MeasureAsync(string kind, string script, int seconds)
    {
        const string address = "http://127.0.0.1:5981";
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!) { ArgumentList = { "serve", kind, address }, RedirectStandardOutput = true })!;
        try
        {
            await ServesAsync(address);
            await WrkAsync(address, script, 3);
            var cpu = server.TotalProcessorTime;
            var output = await WrkAsync(address, script, seconds);
            server.Refresh();
            var rate = double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
            var failed = Failed().Match(output);
            if (failed.Success)
                Console.WriteLine($"{kind}: {failed.Value.Trim()}");
            return (rate, Milliseconds(P99().Match(output).Groups[1].Value), (server.TotalProcessorTime - cpu).TotalMicroseconds / (rate * seconds));
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static async Task ServesAsync(string address)
    {
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                await client.GetAsync(new Uri("/", UriKind.Relative));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }

        throw new TimeoutException("The server does not come up.");
    }

    private static async Task<string> WrkAsync(string address, string script, int seconds)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk") { ArgumentList = { "-t1", "-c64", $"-d{seconds}s", "--latency", "-s", script, $"{address}/tasks" }, RedirectStandardOutput = true })!;
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return output;
    }

    private static double Milliseconds(string text) => text switch
    {
        _ when text.EndsWith("us", StringComparison.Ordinal) => double.Parse(text[..^2], CultureInfo.InvariantCulture) / 1_000,
        _ when text.EndsWith("ms", StringComparison.Ordinal) => double.Parse(text[..^2], CultureInfo.InvariantCulture),
        _ => double.Parse(text[..^1], CultureInfo.InvariantCulture) * 1_000,
    };

    private static double Median<T>(List<T> values, Func<T, double> of) => values.Select(of).Order().ElementAt(values.Count / 2);

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"99%\s+([\d.]+\w+)")]
    private static partial Regex P99();

    [GeneratedRegex(@"Non-2xx.*|Socket errors.*")]
    private static partial Regex Failed();
}

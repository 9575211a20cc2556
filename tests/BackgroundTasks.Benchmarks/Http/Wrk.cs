using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace BackgroundTasks.Benchmarks;

/// <summary>The load generator: 1 thread, 64 connections, each asking again once it has its answer.</summary>
internal static partial class Wrk
{
    /// <summary>Its version; null if it is not installed.</summary>
    public static string? Version()
    {
        try
        {
            return Installed().Match(Run(["-v"])) is { Success: true } found ? found.Groups[1].Value : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <param name="server">Who is asked.</param>
    /// <param name="call">What for.</param>
    /// <param name="seconds">How long.</param>
    public static async Task<Load> LoadAsync(ServerProcess server, HttpCall call, int seconds)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, call.Script);
            var output = await Task.Run(() => Run(["-t1", "-c64", $"-d{seconds}s", "--timeout", "30s", "--latency", "-s", script, new Uri(server.Address, call.Path).ToString()]));
            var total = Total().Match(output);
            if (Failed().Match(output) is { Success: true } failed)
                Console.WriteLine($"{call.Path}: {failed.Value.Trim()}");
            var count = long.Parse(total.Groups[1].Value, CultureInfo.InvariantCulture);
            return new(count, count / Milliseconds(total.Groups[2].Value) * 1_000, Milliseconds(P50().Match(output).Groups[1].Value), Milliseconds(P99().Match(output).Groups[1].Value));
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Run(string[] arguments)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        var output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        return output;
    }

    private static double Milliseconds(string text)
    {
        var unit = text.TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.');
        return double.Parse(text[..^unit.Length], CultureInfo.InvariantCulture) * unit switch { "us" => 0.001, "ms" => 1, "s" => 1_000, "m" => 60_000, _ => throw new FormatException(text) };
    }

    [GeneratedRegex(@"(\d+) requests in ([\d.]+\w+),")]
    private static partial Regex Total();

    [GeneratedRegex(@"50%\s+([\d.]+\w+)")]
    private static partial Regex P50();

    [GeneratedRegex(@"99%\s+([\d.]+\w+)")]
    private static partial Regex P99();

    [GeneratedRegex(@"Non-2xx.*|Socket errors.*")]
    private static partial Regex Failed();

    [GeneratedRegex(@"wrk (?:debian/)?([\d.]+)")]
    private static partial Regex Installed();
}

/// <summary>What the client saw.</summary>
/// <param name="Count">How many answers.</param>
/// <param name="PerSecond">How many a second.</param>
/// <param name="P50">Milliseconds until the answer.</param>
/// <param name="P99">The same of the slowest hundredth.</param>
internal readonly record struct Load(long Count, double PerSecond, double P50, double P99);

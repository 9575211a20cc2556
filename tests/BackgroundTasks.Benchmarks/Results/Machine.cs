using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace BackgroundTasks.Benchmarks;

/// <summary>Where and with what the results came about.</summary>
internal static class Machine
{
    public static IEnumerable<string> Describe()
    {
        yield return $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}; {Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0} GB; {RuntimeInformation.OSDescription}; load of the machine before the run {Load()}";
        yield return $".NET {Environment.Version}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC, Release; wrk {Wrk.Version() ?? "not installed"}, 1 thread, 64 connections, on the same cores; {FastApi.Versions() ?? "FastAPI not installed"}, one process, uvloop, httptools";
        yield return $"Hangfire.Core {Version("Hangfire.Core")}, Hangfire.InMemory {Version("Hangfire.InMemory")} (20 workers), Coravel {Version("Coravel")} (its queue looked at each second), Quartz {Version("Quartz")} (20 threads)";
    }

    private static string Processor() => File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
        ? line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]
        : RuntimeInformation.ProcessArchitecture.ToString();

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>The version of the package, as it was restored.</summary>
    private static string Version(string package)
    {
        var packages = File.ReadAllText(Path.ChangeExtension(OwnProgram.Path, "deps.json"));
        return Regex.Match(packages, $"\"{Regex.Escape(package)}/([^\"]+)\"").Groups[1].Value;
    }
}

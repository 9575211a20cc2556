using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace BackgroundTasks.Client.Tests.Aot;

/// <summary>A program ahead of time: trimmed, native, warnings as errors.</summary>
public sealed class AotTests
{
    /// <summary>The compiler takes half a minute of two processors.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [AotFact]
    public async Task A_native_program_publishes_without_warnings_and_does_its_work()
    {
        var folder = Directory.CreateTempSubdirectory("background-tasks-aot-").FullName;
        try
        {
            await using var service = Service.Start(ServiceKind.KestrelInProduction, realTime: true);
            foreach (var file in Directory.GetFiles(Path.Combine(Path.GetDirectoryName(Here())!, "Program")))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));

            var (published, log) = await RunAsync(folder, "dotnet", "publish", "-c", "Release", "--use-current-runtime", "-o", "out", "--nologo", $"-p:Client={typeof(BackgroundTasksClient).Assembly.Location}");
            Assert.True(published == 0, log);
            Assert.DoesNotContain("warning", log, StringComparison.Ordinal);
            var (exitCode, output) = await RunAsync(folder, Path.Combine(folder, "out", "Program"), service.Client.BaseAddress!.ToString());

            Assert.Equal((0, "0.01 0.02 Succeeded True payload.seconds"), (exitCode, output.Trim()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // What the test run tells its own build must not reach this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var guard = new CancellationTokenSource(Limit);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(guard.Token);
            var errors = process.StandardError.ReadToEndAsync(guard.Token);
            await process.WaitForExitAsync(guard.Token);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}

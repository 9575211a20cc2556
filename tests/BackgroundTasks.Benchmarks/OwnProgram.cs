using System.Diagnostics;

namespace BackgroundTasks.Benchmarks;

/// <summary>This program, in another process.</summary>
internal static class OwnProgram
{
    public static string Path { get; } = typeof(OwnProgram).Assembly.Location;

    /// <summary>Runs one of its commands to the end; returns what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path, .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}

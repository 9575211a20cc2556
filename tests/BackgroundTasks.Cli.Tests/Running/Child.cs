using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BackgroundTasks.Cli.Tests.Running;

/// <summary>A process that a test started, and that ends with it.</summary>
internal sealed class Child : IAsyncDisposable
{
    /// <summary>Ends a test that hangs; nothing waits for it otherwise.</summary>
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    public Child(ProcessStartInfo start)
    {
        // Where the SDK is not in one of the usual places, a program finds its runtime by this.
        start.Environment.TryAdd("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")));
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        Output = new Transcript(_process.StandardOutput);
        Errors = new Transcript(_process.StandardError);
    }

    public Transcript Output { get; }

    public Transcript Errors { get; }

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Sends it a signal, as a shell or a service manager does.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Returns when it has ended, with its exit code and all that it wrote.</summary>
    public Task<Ended> EndAsync() => EndAsync(Guard);

    public async Task<Ended> EndAsync(TimeSpan limit)
    {
        using var guard = new CancellationTokenSource(limit);
        await _process.WaitForExitAsync(guard.Token);
        return new Ended(_process.ExitCode, await Output.End.WaitAsync(guard.Token), await Errors.End.WaitAsync(guard.Token));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}

/// <summary>What became of a process.</summary>
public sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>The lines of its output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

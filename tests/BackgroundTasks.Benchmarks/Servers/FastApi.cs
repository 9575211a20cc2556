using System.ComponentModel;
using System.Diagnostics;

namespace BackgroundTasks.Benchmarks;

/// <summary>FastAPI on uvicorn, from Debian's packages.</summary>
internal static class FastApi
{
    private const string Python = "/usr/bin/python3";

    public static ServerSpec Spec { get; } = new("FastAPI", Python, address =>
    [
        "-m", "uvicorn", "fastapi_peer:app", "--app-dir", Path.Combine(AppContext.BaseDirectory, "Servers"), "--host", address.Host, "--port", $"{address.Port}",
        "--loop", "uvloop", "--http", "httptools", "--log-level", "warning", "--no-access-log",
    ])
    {
        IsDotnet = false,
    };

    /// <summary>Its versions; null if it is not installed.</summary>
    public static string? Versions()
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo(Python, ["-c", "import fastapi, uvicorn, uvloop, httptools, platform; print(f'FastAPI {fastapi.__version__}, uvicorn {uvicorn.__version__}, Python {platform.python_version()}')"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var versions = python.StandardOutput.ReadToEnd().Trim();
            python.WaitForExit();
            return python.ExitCode == 0 ? versions : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

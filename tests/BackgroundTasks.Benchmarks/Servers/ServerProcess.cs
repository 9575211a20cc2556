using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Benchmarks;

/// <summary>A server in a process of its own, on loopback, from its start until it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string ErrorFile = "stderr.txt";

    private readonly Process _process;
    private readonly string _folder;
    private AllocationMeter? _meter;

    private ServerProcess(Process process, string folder, Uri address)
    {
        (_process, _folder, Address) = (process, folder, address);
        AppDomain.CurrentDomain.ProcessExit += Kill;
    }

    public Uri Address { get; }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="spec">The program and its settings.</param>
    public static async Task<ServerProcess> StartAsync(ServerSpec spec)
    {
        // Under the working folder: on the disk that is to be measured.
        var folder = Directory.CreateDirectory(Path.GetFullPath($"bench-{Guid.NewGuid():N}")).FullName;
        var meter = Path.Combine(Path.GetTempPath(), $"bench-{Guid.NewGuid():N}");
        var address = new Uri($"http://127.0.0.1:{FreePort()}");

        // What it prints would cost this process time.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>\"$0\"", Path.Combine(folder, ErrorFile), spec.Program, .. spec.Arguments(address)]) { WorkingDirectory = folder };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["BackgroundTasks__DataDirectory"] = folder;
        if (spec.IsDotnet)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            start.Environment[AllocationMeter.Variable] = meter;
        }

        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!, folder, address);
        try
        {
            await server.WaitUntilItAnswersAsync();
            if (spec.IsDotnet)
                server._meter = new AllocationMeter(meter);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        finally
        {
            File.Delete(meter);
        }
    }

    /// <summary>Stops it for as long as another one is measured: what it has left to do would cost that one time.</summary>
    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    /// <summary>All that it has allocated; null if it does not run on .NET.</summary>
    public long? AllocatedBytes() => _meter?.ReadBytes();

    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    public long MemoryBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    public async ValueTask DisposeAsync()
    {
        _meter?.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Kill(null, EventArgs.Empty);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Also if this process is told to stop: a server that is stopped would stay for ever.</summary>
    private void Kill(object? sender, EventArgs args)
    {
        if (!_process.HasExited)
            _process.Kill();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{_process.Id}"]);
        kill.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilItAnswersAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(2);)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.StatusCode is not HttpStatusCode.ServiceUnavailable)
                    return;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // Not yet.
            }
            catch (HttpRequestException)
            {
                throw new InvalidOperationException($"The server ended: {await File.ReadAllTextAsync(Path.Combine(_folder, ErrorFile))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        throw new TimeoutException("The server does not answer.");
    }
}

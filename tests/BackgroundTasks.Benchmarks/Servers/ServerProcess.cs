using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Benchmarks;

/// <summary>A server in a process of its own, on loopback, from its start until it is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private AllocationMeter? _meter;

    private ServerProcess(Process process, string folder, Uri address) => (_process, _folder, Address) = (process, folder, address);

    public Uri Address { get; }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="spec">The program and its settings.</param>
    public static async Task<ServerProcess> StartAsync(ServerSpec spec)
    {
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(spec.Program, spec.Arguments(address)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["BackgroundTasks__DataDirectory"] = folder;
        if (spec.IsDotnet)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            start.Environment[AllocationMeter.Variable] = Path.Combine(folder, "meter");
        }

        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!, folder, address);
        try
        {
            await server.WaitUntilItAnswersAsync();
            server._meter = spec.IsDotnet ? new AllocationMeter(Path.Combine(folder, "meter")) : null;
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

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
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilItAnswersAsync()
    {
        // Read, so that a server that writes much is not held up.
        var error = _process.StandardError.ReadToEndAsync();
        var output = _process.StandardOutput.ReadToEndAsync();
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
                throw new InvalidOperationException($"The server ended: {await output}{await error}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        throw new TimeoutException("The server does not answer.");
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>The service as a process of its own, as its users run it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private ServiceProcess(Process process, HttpClient client, string data) =>
        (_process, _errors, Client, Data) = (process, process.StandardError.ReadToEndAsync(), client, data);

    public HttpClient Client { get; }

    public string Data { get; }

    /// <summary>Starts it; it need not come up.</summary>
    public static ServiceProcess Start(params ReadOnlySpan<(string Key, string Value)> settings)
    {
        var data = Directory.CreateTempSubdirectory("background-tasks-").FullName;
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = data,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { typeof(Program).Assembly.Location, "--urls", address },
        };
        start.Environment["BackgroundTasks__DataDirectory"] = data;
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return new ServiceProcess(process, new HttpClient { BaseAddress = new Uri(address) }, data);
    }

    /// <summary>Starts it and returns when it serves.</summary>
    public static async Task<ServiceProcess> ServeAsync(params (string Key, string Value)[] settings)
    {
        var service = Start(settings);
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (true)
        {
            try
            {
                await service.Client.GetAsync(new Uri("/health/live", UriKind.Relative), guard.Token);
                return service;
            }
            catch (HttpRequestException) when (!service._process.HasExited)
            {
                await Task.Run(static () => { }, guard.Token);
            }
        }
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        await _process.WaitForExitAsync(guard.Token);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BackgroundTasks.Cli.Tests.Running;

/// <summary>The real service as a process of its own, with its own folder and port, which it keeps over a restart.</summary>
public sealed class RunningService : IAsyncLifetime, IAsyncDisposable
{
    private static int _port = Random.Shared.Next(10_000, 20_000);

    private readonly string _data = Directory.CreateTempSubdirectory("background-tasks-").FullName;
    private readonly (string Key, string Value)[] _settings;
    private Child? _process;

    /// <summary>As it is shipped.</summary>
    public RunningService()
        : this([])
    {
    }

    private RunningService((string Key, string Value)[] settings) => _settings = settings;

    public string Address { get; } = FreeAddress();

    /// <summary>Starts one with settings, named as in the environment.</summary>
    public static async Task<RunningService> StartAsync(params (string Key, string Value)[] settings)
    {
        var service = new RunningService(settings);
        await service.InitializeAsync();
        return service;
    }

    /// <summary>An address where nobody listens: below the ports from which systems take those of connections.</summary>
    public static string FreeAddress()
    {
        while (true)
        {
            try
            {
                var port = Interlocked.Increment(ref _port);
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return $"http://127.0.0.1:{port}";
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }

    public async Task InitializeAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "BackgroundTasks.Api"), ["--urls", Address]) { WorkingDirectory = _data };
        start.Environment["BackgroundTasks__DataDirectory"] = _data;
        start.Environment["BackgroundTasks__RequestsOnConsole"] = "true";
        foreach (var (key, value) in _settings)
            start.Environment[key] = value;
        _process = new Child(start);
        await _process.Output.SeeAsync("Started. Press Ctrl-C to stop");
    }

    /// <summary>Runs a command against it to its end.</summary>
    public Task<Ended> RunAsync(params string[] arguments) => BackgroundTasksTool.RunAsync(Address, arguments);

    /// <summary>Submits a task and returns its id.</summary>
    public async Task<string> SubmitAsync(params string[] arguments)
    {
        var submitted = await RunAsync(["submit", .. arguments]);
        Assert.True(submitted.ExitCode == 0, submitted.Errors);
        return submitted.Output.Trim();
    }

    /// <summary>Returns when it has logged that it answered a request.</summary>
    public Task AnsweredAsync(string methodAndPath) => _process!.Output.SeeAsync($"HTTP {methodAndPath} responded");

    /// <summary>Ends it without warning.</summary>
    public async Task KillAsync()
    {
        await _process!.DisposeAsync();
        _process = null;
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        Directory.Delete(_data, recursive: true);
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
}

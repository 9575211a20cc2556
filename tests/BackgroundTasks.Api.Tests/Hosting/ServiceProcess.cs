using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>The service as a process of its own, as its users run it.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly (string Key, string Value)[] _settings;
    private readonly List<HttpClient> _clients = [];
    private Process _process;
    private Task<string> _errors;

    private ServiceProcess((string Key, string Value)[] settings)
    {
        _settings = settings;
        Launch();
    }

    /// <summary>A client of the process that serves, or has served last.</summary>
    public HttpClient Client => _clients[^1];

    public int Id => _process.Id;

    public string Data { get; } = Directory.CreateTempSubdirectory("background-tasks-").FullName;

    public ProcessOutput Output { get; private set; }

    /// <summary>Starts it; it need not come up.</summary>
    public static ServiceProcess Start(params ReadOnlySpan<(string Key, string Value)> settings) => new(settings.ToArray());

    /// <summary>Starts it and returns when it serves.</summary>
    public static async Task<ServiceProcess> ServeAsync(params (string Key, string Value)[] settings)
    {
        var service = Start(settings);
        if (!await service.ServesAsync())
            throw new InvalidOperationException($"The service has not started: {await service._errors}");
        return service;
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate() => Signal("TERM");

    /// <summary>Asks it to stop, as Ctrl-C does.</summary>
    public void Interrupt() => Signal("INT");

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Ends it at once, without a word (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it once more, with the settings and on the data folder of the one that has ended. It need not come up.</summary>
    [MemberNotNull(nameof(_process), nameof(_errors), nameof(Output))]
    public void Launch()
    {
        // The system chooses the port of each process: one that was chosen here could be another's by the time it is listened at.
        // A process of a shell in the background ignores Ctrl-C, and so would its children.
        string[] program = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(program[0], [.. program[1..], typeof(Program).Assembly.Location, "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = Data,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["BackgroundTasks__DataDirectory"] = Data;
        foreach (var (key, value) in _settings)
            start.Environment[key] = value;
        _process?.Dispose();
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        Output = new ProcessOutput(_process);
    }

    /// <summary>Starts it once more, and returns when it serves.</summary>
    public async Task RestartAsync()
    {
        if (!await TryRestartAsync())
            throw new InvalidOperationException($"The service has not started: {await _errors}");
    }

    /// <summary>Starts it once more; false where it has ended before it served.</summary>
    public Task<bool> TryRestartAsync()
    {
        Launch();
        return ServesAsync();
    }

    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        await _process.WaitForExitAsync(guard.Token);
        return (_process.ExitCode, await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private async Task<bool> ServesAsync()
    {
        if (await Output.LineAsync(Listening) is not { } line)
            return false;

        // The line is text, or JSON.
        _clients.Add(new HttpClient { BaseAddress = new Uri(Address().Match(line).Value) });
        return true;
    }

    [GeneratedRegex("http://[0-9.:]+")]
    private static partial Regex Address();
}

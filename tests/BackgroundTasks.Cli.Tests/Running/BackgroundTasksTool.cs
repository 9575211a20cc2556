using System.Diagnostics;

namespace BackgroundTasks.Cli.Tests.Running;

/// <summary>The real executable.</summary>
internal static class BackgroundTasksTool
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "BackgroundTasks.Cli");

    public static async Task<Ended> RunAsync(string address, params IEnumerable<string> arguments)
    {
        await using var tool = Start(address, arguments);
        tool.Input.Close();
        return await tool.EndAsync();
    }

    public static async Task<Ended> RunWithInputAsync(string address, string input, params IEnumerable<string> arguments)
    {
        await using var tool = Start(address, arguments);
        await tool.Input.WriteAsync(input);
        tool.Input.Close();
        return await tool.EndAsync();
    }

    /// <summary>Starts it without a terminal. Whatever started the tests, it hears Ctrl-C.</summary>
    public static Child Start(string address, params IEnumerable<string> arguments) =>
        new(ToEnvironment(address, new ProcessStartInfo("env", ["--default-signal=INT", Path, .. arguments])));

    /// <summary>Starts it in a terminal of its own, which shows both of its outputs.</summary>
    public static Child StartInTerminal(string address, params IEnumerable<string> arguments)
    {
        var command = string.Join(' ', arguments.Prepend(Path).Select(static word => $"'{word}'"));
        var start = ToEnvironment(address, new ProcessStartInfo("env", ["--default-signal=INT", "script", "-qec", $"exec {command}", "/dev/null"]));
        start.Environment["TERM"] = "xterm-256color";
        return new Child(start);
    }

    private static ProcessStartInfo ToEnvironment(string address, ProcessStartInfo start)
    {
        start.Environment["BACKGROUNDTASKS_URL"] = address;
        return start;
    }
}

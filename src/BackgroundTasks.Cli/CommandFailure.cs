namespace BackgroundTasks.Cli;

/// <summary>Ends the command with a line on standard error, which says what to do next, and a line for each detail.</summary>
internal sealed class CommandFailure(int exitCode, string message, params IReadOnlyList<string> details) : Exception(message)
{
    public int ExitCode => exitCode;

    public IReadOnlyList<string> Details => details;
}

namespace BackgroundTasks.Cli;

/// <summary>Ends the command with one line on standard error, which says what to do next.</summary>
internal sealed class CommandFailure(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}

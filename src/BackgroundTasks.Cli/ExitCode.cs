namespace BackgroundTasks.Cli;

/// <summary>What the process tells a script.</summary>
internal static class ExitCode
{
    public const int Succeeded = 0;

    /// <summary>A task that was waited for failed or was canceled.</summary>
    public const int TaskFailed = 1;

    /// <summary>The command line is wrong, or the service refused what it asks for: repeating it will not help.</summary>
    public const int Refused = 2;

    /// <summary>The service does not answer, or still has no room after the retries: later it may.</summary>
    public const int Unavailable = 3;

    /// <summary>The time to wait was over before the task; it goes on.</summary>
    public const int WaitRanOut = 4;

    /// <summary>Ctrl-C: 128 and the number of the signal, as shells have it.</summary>
    public const int Interrupted = 130;
}

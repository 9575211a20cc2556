namespace BackgroundTasks.Cli.Tests.Running;

/// <summary>A test that needs a terminal, and is skipped with the reason where the machine cannot make one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Terminals are only made on Linux here.";
        else if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(static folder => File.Exists(Path.Combine(folder, "script"))))
            Skip = "A terminal is made by 'script' of util-linux, which is not in the PATH.";
    }
}

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>A theory about a process as only Linux has it.</summary>
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Only Linux has these signals and exit codes.";
    }
}

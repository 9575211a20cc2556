namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>A test that looks at a process as only Linux shows it.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Only Linux has /proc.";
    }
}

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>A test of the modes that only Unix gives to files.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
            Skip = "Windows has no such modes.";
    }
}

namespace BackgroundTasks.Client.Tests.Aot;

/// <summary>A test that needs what links native programs, and is skipped with the reason where the machine has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AotFactAttribute : FactAttribute
{
    public AotFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "The native program is only published on Linux here.";
        else if (!Has("clang") && !Has("gcc"))
            Skip = "Native AOT needs a linker: neither clang nor gcc is in the PATH.";
    }

    private static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}

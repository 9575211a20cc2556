namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>A test that sets the clock of a process that it starts.</summary>
internal sealed class SetClockFactAttribute : FactAttribute
{
    public SetClockFactAttribute()
    {
        if (Library is null)
            Skip = "libfaketime is not installed (apt-get install faketime).";
    }

    /// <summary>The library that stands between a process and its clocks; null if it is not installed.</summary>
    public static string? Library { get; } = new[] { "/usr/lib", "/usr/lib64", "/usr/local/lib" }
        .Where(Directory.Exists)
        .SelectMany(static folder => Directory.EnumerateDirectories(folder).Append(folder))
        .Select(static folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1"))
        .FirstOrDefault(File.Exists);
}

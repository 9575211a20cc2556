using System.Globalization;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// How many connections there may be at once: <c>BackgroundTasks:MaxConnections</c>. Each takes a file descriptor, and one more where it uploads;
/// a process that has none left fails wherever it needs one next. More connections are closed at once.
/// </summary>
internal static class ConnectionLimit
{
    private const string Setting = "BackgroundTasks:MaxConnections";

    /// <summary>What the process needs besides: its program, its store and logs, and what its tasks connect to.</summary>
    private const long OwnDescriptors = 256;

    private const long Fewest = 16;

    public static void AddConnectionLimit(this WebApplicationBuilder builder)
    {
        var limit = Read(builder.Configuration, FindDescriptorLimit());
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxConcurrentConnections = limit);
    }

    /// <summary>The setting, or half of the descriptors that are left; null, for no limit, where the system does not tell how many there are.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="descriptors">How many descriptors the process may have; null if unknown.</param>
    public static long? Read(IConfiguration configuration, long? descriptors)
    {
        if (configuration.GetValue<long?>(Setting) is not { } given)
            return descriptors is null ? null : Math.Max(Fewest, (descriptors.Value - OwnDescriptors) / 2);
        if (given < 1)
            throw new InvalidOperationException($"{Setting} is {given}; set it to 1 or more, or leave it out for half of the file descriptors that the process may have.");
        if (given >= descriptors)
            throw new InvalidOperationException($"{Setting} is {given}, and the process may have {descriptors} file descriptors (ulimit -n), of which each connection takes one; set it to less, or raise that limit.");
        return given;
    }

    /// <summary>How many descriptors the process may have, in the words of Linux; null elsewhere.</summary>
    /// <param name="limits">The file that tells.</param>
    public static long? FindDescriptorLimit(string limits = "/proc/self/limits")
    {
        if (!File.Exists(limits))
            return null;
        var line = File.ReadLines(limits).FirstOrDefault(static line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..] && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}

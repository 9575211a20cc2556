using System.Reflection;

namespace BackgroundTasks.Execution;

/// <summary>The version of the program that runs.</summary>
internal static class ProgramVersion
{
    public static string Current { get; } =
        (Assembly.GetEntryAssembly() ?? typeof(ProgramVersion).Assembly).GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";
}

/// <summary>A process that runs tasks.</summary>
internal sealed record BackgroundTaskNode(string Name, string Version, DateTimeOffset StartedAt, DateTimeOffset LastHeartbeat, int Workers, int Running);

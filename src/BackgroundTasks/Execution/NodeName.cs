namespace BackgroundTasks.Execution;

/// <summary>Names this process among those that share a store: new at every boot, so that what an earlier one left is told apart.</summary>
internal static class NodeName
{
    public static string Create() => $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";
}

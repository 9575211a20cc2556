using System.Collections.Frozen;

namespace BackgroundTasks.Http;

/// <summary>The states as they are written on the wire.</summary>
internal static class StateNames
{
    private static readonly FrozenDictionary<string, BackgroundTaskState> ByName =
        Enum.GetValues<BackgroundTaskState>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static string All { get; } = string.Join(", ", Enum.GetValues<BackgroundTaskState>().Select(Of));

    public static string Of(BackgroundTaskState state) => state switch
    {
        BackgroundTaskState.Scheduled => "scheduled",
        BackgroundTaskState.Queued => "queued",
        BackgroundTaskState.Running => "running",
        BackgroundTaskState.Succeeded => "succeeded",
        BackgroundTaskState.Failed => "failed",
        _ => "canceled",
    };

    public static bool TryParse(string name, out BackgroundTaskState state) => ByName.TryGetValue(name, out state);
}

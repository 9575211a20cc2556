using System.Buffers;

namespace BackgroundTasks.TaskTypes;

/// <summary>The names of task types and queues: safe in a path, a log line and a metric.</summary>
internal static class TaskName
{
    private const int MaxLength = 100;
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsValid(string name) => name is { Length: > 0 and <= MaxLength } && !name.AsSpan().ContainsAnyExcept(Allowed);
}

using System.Globalization;

namespace BackgroundTasks.Http;

/// <summary>Where clients find a task, and which of its versions they have.</summary>
internal static class TaskRepresentation
{
    public static string SelfOf(string prefix, Guid id) => $"{prefix}/tasks/{id:N}";

    /// <summary>New with every visible change: of state, and of progress.</summary>
    public static string ETagOf(BackgroundTask task) =>
        string.Create(CultureInfo.InvariantCulture, $"W/\"{task.Version}.{task.Progress?.Number ?? 0}\"");

    public static bool IsETagOf(BackgroundTask task, string text)
    {
        // The longest has 45 characters.
        Span<char> tag = stackalloc char[48];
        tag.TryWrite(CultureInfo.InvariantCulture, $"W/\"{task.Version}.{task.Progress?.Number ?? 0}\"", out var length);
        return tag[..length].SequenceEqual(text);
    }

    /// <summary>The inside of the entity tag.</summary>
    public static string EventIdOf(BackgroundTask task) =>
        string.Create(CultureInfo.InvariantCulture, $"{task.Version}.{task.Progress?.Number ?? 0}");
}

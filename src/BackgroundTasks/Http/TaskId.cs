namespace BackgroundTasks.Http;

/// <summary>An id on the wire: 32 hex digits. Anything else is no task's.</summary>
internal static class TaskId
{
    public static bool TryParse(string text, out Guid id) => Guid.TryParseExact(text, "N", out id);
}

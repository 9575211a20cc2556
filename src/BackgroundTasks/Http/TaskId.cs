using System.Buffers;

namespace BackgroundTasks.Http;

/// <summary>An id on the wire: 32 hex digits, also with the hyphens of a UUID, in any case. Anything else is not a task's.</summary>
internal static class TaskId
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789abcdefABCDEF-");

    public static bool TryParse(ReadOnlySpan<char> text, out Guid id)
    {
        // .NET takes white space around it, and signs and 0x within.
        id = default;
        return text.Length is 32 or 36 && !text.ContainsAnyExcept(Allowed) && Guid.TryParseExact(text, text.Length == 32 ? "N" : "D", out id);
    }
}

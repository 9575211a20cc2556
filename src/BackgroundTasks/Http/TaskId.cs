using System.Buffers;

namespace BackgroundTasks.Http;

/// <summary>An id on the wire: 32 lower-case hex digits. Anything else is no task's.</summary>
internal static class TaskId
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool TryParse(string text, out Guid id)
    {
        id = default;
        return !text.AsSpan().ContainsAnyExcept(Digits) && Guid.TryParseExact(text, "N", out id);
    }
}

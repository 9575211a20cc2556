using System.Buffers;
using System.Globalization;

namespace BackgroundTasks.Http;

/// <summary>Times on the wire.</summary>
internal static class Rfc3339
{
    /// <summary>Nothing else: .NET would take trailing NULs, white space and names of months too.</summary>
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789-:.TtZz+");

    /// <summary>A date and a time; without an offset it is UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Length >= "2026-01-31T12:00".Length && text[10] is 'T' or 't' && !text.AsSpan().ContainsAnyExcept(Allowed)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}

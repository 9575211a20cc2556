using System.Globalization;

namespace BackgroundTasks.Http;

/// <summary>Times on the wire.</summary>
internal static class Rfc3339
{
    /// <summary>A date and a time; without an offset it is UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
        && text.Length >= "2026-01-31T12:00".Length && text[10] is 'T' or 't';
}

using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.Http;

/// <summary>
/// What a client prefers (RFC 7240): names in any case, the first instance counts, what is not understood is ignored.
/// </summary>
internal readonly record struct Prefer(bool RespondAsync, bool ReturnMinimal, TimeSpan? Wait)
{
    public static Prefer Read(StringValues header, TimeSpan maxWait)
    {
        if (header.Count == 0)
            return default;
        bool? respondAsync = null;
        string? wait = null, preferredReturn = null;
        var contradicted = false;
        foreach (var preference in header.SelectMany(line => Split(line ?? "", ',')))
        {
            var equals = preference.IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? preference : preference[..equals]).Trim();
            var value = equals < 0 ? "" : preference[(equals + 1)..].Trim().Trim('"');
            if (name.Equals("respond-async", StringComparison.OrdinalIgnoreCase))
                respondAsync ??= value.Length == 0;
            else if (name.Equals("wait", StringComparison.OrdinalIgnoreCase))
                wait ??= value;
            else if (name.Equals("return", StringComparison.OrdinalIgnoreCase))
            {
                contradicted |= preferredReturn is not null && preferredReturn != value;
                preferredReturn ??= value;
            }
        }

        return new Prefer(
            respondAsync is true,
            preferredReturn == "minimal" && !contradicted,
            wait is not null && !wait.Contains('.', StringComparison.Ordinal) && WireNumber.TryParse(wait, out double seconds)
                ? TimeSpan.FromSeconds(Math.Min(seconds, Math.Floor(maxWait.TotalSeconds)))
                : null);
    }

    /// <summary>What was applied, for <c>Preference-Applied</c>; null for nothing.</summary>
    public string? Applied(bool waited, bool accepted) => (waited && Wait is { } wait, accepted && RespondAsync, accepted && ReturnMinimal) switch
    {
        (false, false, false) => null,
        var (w, r, m) => string.Join(", ", new[]
        {
            r ? "respond-async" : null,
            w ? string.Create(CultureInfo.InvariantCulture, $"wait={Wait!.Value.TotalSeconds:0}") : null,
            m ? "return=minimal" : null,
        }.Where(part => part is not null)),
    };

    /// <summary>Parts between separators, without parameters; a separator within quotes is none.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var start = 0;
        var end = -1;
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == separator && !quoted))
            {
                yield return text[start..(end < 0 ? i : end)];
                (start, end) = (i + 1, -1);
            }
            else if (text[i] == '\\' && quoted)
                i++;
            else if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == ';' && !quoted && end < 0)
                end = i;
        }
    }
}

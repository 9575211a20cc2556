namespace BackgroundTasks.Http;

/// <summary>The bounds of what a request's errors may tell: a hostile request must not buy a large answer.</summary>
internal static class RequestErrors
{
    /// <summary>How many messages there are at most.</summary>
    public const int MaxCount = 100;

    private const int MaxLength = 300;

    /// <summary>A copy within the bounds; the first errors stay.</summary>
    public static Dictionary<string, string[]> Bound(IReadOnlyDictionary<string, string[]> errors)
    {
        var bounded = new Dictionary<string, string[]>(Math.Min(errors.Count, MaxCount), StringComparer.Ordinal);
        var left = MaxCount;
        foreach (var (path, messages) in errors)
        {
            if (left == 0)
                break;
            if (bounded.TryAdd(Cut(path), [.. messages.Take(left).Select(Cut)]))
                left -= Math.Min(left, Math.Max(1, messages.Length));
        }

        return bounded;
    }

    /// <summary>Text that fits, and that can be written: half of a surrogate pair becomes U+FFFD.</summary>
    public static string Cut(string text)
    {
        if (text.Length > MaxLength)
            text = string.Concat(text.AsSpan(0, MaxLength - 1), "…");
        return text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') ? Written(text) : text;
    }

    private static string Written(string text) => string.Create(text.Length, text, static (written, text) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isHalf = char.IsSurrogate(text[i])
                && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                && !(char.IsLowSurrogate(text[i]) && i > 0 && char.IsHighSurrogate(text[i - 1]));
            written[i] = isHalf ? '\uFFFD' : text[i];
        }
    });
}

using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace BackgroundTasks.Cli.Input;

/// <summary>Reads <c>90</c> (seconds), <c>1.5s</c>, <c>250ms</c>, <c>5m</c>, <c>1h30m</c>, <c>2d</c> and <c>00:01:30</c>.</summary>
internal static partial class Durations
{
    /// <summary>Nothing here lasts longer; more would overflow.</summary>
    private const double MaxSeconds = 100d * 366 * 24 * 3600;

    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (TryParse(text, out var duration))
            return duration;
        result.AddError($"'{text}' is not a duration. Write seconds, or numbers with ms, s, m, h or d, as in 90, 1.5s or 1h30m.");
        return null;
    }

    public static bool TryParse(string text, out TimeSpan duration)
    {
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero;
        duration = default;
        if (Pattern().Match(text) is not { Success: true } match)
            return false;
        var numbers = match.Groups["number"].Captures;
        var units = match.Groups["unit"].Captures;
        var seconds = 0d;
        for (var part = 0; part < numbers.Count; part++)
            seconds += double.Parse(numbers[part].Value, CultureInfo.InvariantCulture) * SecondsOf(units[part].Value);
        if (seconds > MaxSeconds)
            return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static double SecondsOf(string unit) => unit switch
    {
        "ms" => 0.001,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => 1,
    };

    [GeneratedRegex(@"^((?<number>[0-9]+(\.[0-9]+)?)(?<unit>ms|s|m|h|d))+\z|^(?<number>[0-9]+(\.[0-9]+)?)(?<unit>)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}

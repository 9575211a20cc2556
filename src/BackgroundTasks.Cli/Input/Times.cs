using System.CommandLine.Parsing;
using System.Globalization;

namespace BackgroundTasks.Cli.Input;

/// <summary>Reads a time as RFC 3339 has it; without an offset it is this machine's.</summary>
internal static class Times
{
    public static DateTimeOffset? Parse(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;

        // Others write the day first, or leave the date out: what begins with a year means one time only.
        if (text is [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', ..] && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time))
            return time;
        result.AddError($"'{text}' is not a time. Write it as in 2026-01-31T08:00:00Z, or 2026-01-31T08:00 for this machine's.");
        return null;
    }
}

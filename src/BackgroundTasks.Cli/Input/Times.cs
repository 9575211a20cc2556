using System.CommandLine.Parsing;
using System.Globalization;

namespace BackgroundTasks.Cli.Input;

/// <summary>Reads a time as RFC 3339 has it; without an offset it is this machine's.</summary>
internal static class Times
{
    public static DateTimeOffset? Parse(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time))
            return time;
        result.AddError($"'{text}' is no time. Write it as in 2026-01-31T08:00:00Z, or 2026-01-31T08:00 for this machine's.");
        return null;
    }
}

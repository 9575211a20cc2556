using System.CommandLine.Parsing;
using System.Globalization;

namespace BackgroundTasks.Cli.Input;

/// <summary>Reads whole numbers; the parser's own words for what is none are about types.</summary>
internal static class Numbers
{
    public static int? Parse(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        result.AddError($"'{text}' is not a number for {((OptionResult)result.Parent!).Option.Name}. Write it in digits, up to {int.MaxValue}.");
        return null;
    }

    /// <summary>As <see cref="Parse"/>, from 0 on.</summary>
    public static int? ParseCount(ArgumentResult result)
    {
        var number = Parse(result);
        if (number < 0)
            result.AddError($"{((OptionResult)result.Parent!).Option.Name} must be 0 or more.");
        return number;
    }
}

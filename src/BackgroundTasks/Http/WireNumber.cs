using System.Buffers;
using System.Globalization;

namespace BackgroundTasks.Http;

/// <summary>Numbers in a query or a header: digits, and no sign, white space or trailing NULs, which .NET would take.</summary>
internal static class WireNumber
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create("0123456789.");

    public static bool TryParse(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        return !text.ContainsAnyExceptInRange('0', '9') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>With or without a fraction.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double number)
    {
        number = 0;
        return !text.ContainsAnyExcept(Allowed) && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}

using System.Text.Json;

namespace BackgroundTasks.Payloads;

/// <summary>Reads text out of a parsed payload. Half a surrogate pair, written as an escape, gets past the parser and then cannot be made into text: null.</summary>
internal static class PayloadText
{
    /// <summary>Whether a string can be written as UTF-8 and read again as it was.</summary>
    public static bool IsText(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var half)
        {
            if (half + 1 >= text.Length || !char.IsSurrogatePair(text[half], text[half + 1]))
                return false;
            text = text[(half + 2)..];
        }

        return true;
    }

    public static string? FindName(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static string? FindString(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

using System.Text.Json;

namespace BackgroundTasks.Payloads;

/// <summary>Reads text out of a parsed payload. Half a surrogate pair, written as an escape, gets past the parser and then cannot be made into text: null.</summary>
internal static class PayloadText
{
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

using System.Globalization;
using System.Text;

namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// Text for a console: control characters, format characters (a right-to-left override among them), separators of lines, private ones and lone
/// surrogates become escapes. What a client or a path brings along can neither move the cursor nor turn the reading order of a line.
/// </summary>
internal static class ConsoleText
{
    /// <summary>The text on one line: a line break in it becomes a space.</summary>
    /// <param name="text">The text.</param>
    public static string OneLine(string text)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Write(output, text, " ");
        return output.ToString().TrimEnd();
    }

    /// <summary>Writes the text, its line breaks as given; tabs stay.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="text">The text.</param>
    /// <param name="lineBreak">What stands for a line break.</param>
    public static void Write(TextWriter output, ReadOnlySpan<char> text, string lineBreak)
    {
        while (text.IndexOfAnyExceptInRange(' ', '~') is >= 0 and var plain)
        {
            output.Write(text[..plain]);
            text = text[plain..];
            if (text is ['\r', '\n', ..])
                text = text[1..];
            _ = Rune.DecodeFromUtf16(text, out var rune, out var length);
            if (text[0] is '\n')
                output.Write(lineBreak);
            else if (text[0] is '\r')
                output.Write("\\r");
            else if (text[0] is '\t' || !IsEscaped(rune, text[0]))
                output.Write(text[..length]);
            else
                WriteEscaped(output, text[..length]);
            text = text[length..];
        }

        output.Write(text);
    }

    /// <summary>A lone surrogate is decoded as a replacement character.</summary>
    private static bool IsEscaped(Rune rune, char first) => char.IsSurrogate(first) && rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void WriteEscaped(TextWriter output, ReadOnlySpan<char> characters)
    {
        foreach (var character in characters)
            output.Write($"\\u{(int)character:x4}");
    }
}

using Spectre.Console.Rendering;

namespace BackgroundTasks.Cli;

/// <summary>Text by the columns that it takes on a terminal: letters of some scripts take two.</summary>
internal static class Cells
{
    public static int CountOf(string text) => new Segment(text).CellCount();

    /// <summary>The text, cut with an ellipsis if it takes more than <paramref name="room"/>.</summary>
    public static string Cut(string text, int room)
    {
        var (cells, length, kept) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            cells += CountOf(rune.ToString());
            length += rune.Utf16SequenceLength;
            if (cells < room)
                kept = length;
            else if (cells > room)
                return $"{text[..kept]}…";
        }

        return text;
    }
}

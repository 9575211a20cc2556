using System.Text;
using Spectre.Console;

namespace BackgroundTasks.Cli;

/// <summary>Rows under headings: drawn on a terminal, and elsewhere in columns of whole cells, nothing wrapped or cut.</summary>
internal sealed class Table(params IReadOnlyList<string> headings)
{
    /// <summary>A column that gives way keeps this much.</summary>
    private const int LeastWidth = 8;

    private const int Gap = 2;

    private readonly List<string[]> _rows = [];

    /// <summary>How many of the last columns are cut on a terminal that is too narrow for all.</summary>
    public int Shrinking { get; init; }

    public void Add(params ReadOnlySpan<string> cells) => _rows.Add([.. cells.ToArray().Select(Screen.OneLine)]);

    public void Write(Screen screen)
    {
        if (screen.Terminal is { } terminal)
            Draw(terminal);
        else
            Print(screen.Output);
    }

    private void Draw(IAnsiConsole terminal)
    {
        var widths = Fit(Widths(), terminal.Profile.Width);

        // The other cells stay whole, so that an id can be copied: what still does not fit is the terminal's to wrap.
        terminal.Profile.Width = Math.Max(terminal.Profile.Width, widths.Sum(static width => width + Gap));
        var table = new Spectre.Console.Table().Border(TableBorder.None);
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))).NoWrap().Padding(0, 0, Gap, 0));
        foreach (var row in _rows)
            table.AddRow(row.Select((cell, column) => new Text(Cells.Cut(cell, widths[column]))));
        terminal.Write(table);
    }

    private void Print(TextWriter output)
    {
        var widths = Widths();
        foreach (var row in _rows.Prepend([.. headings]))
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
                line.Append(row[column]).Append(' ', widths[column] + Gap - Cells.CountOf(row[column]));
            output.WriteLine(line.ToString().TrimEnd());
        }
    }

    private int[] Widths() => [.. headings.Select((heading, column) => _rows.Select(row => Cells.CountOf(row[column])).Append(heading.Length).Max())];

    /// <summary>The last columns give way, the very last first.</summary>
    private int[] Fit(int[] widths, int room)
    {
        var excess = widths.Sum(static width => width + Gap) - room;
        for (var column = widths.Length - 1; column >= widths.Length - Shrinking && excess > 0; column--)
        {
            var cut = Math.Min(excess, Math.Max(0, widths[column] - LeastWidth));
            widths[column] -= cut;
            excess -= cut;
        }

        return widths;
    }
}

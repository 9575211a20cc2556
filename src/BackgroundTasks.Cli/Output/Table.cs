using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BackgroundTasks.Cli;

/// <summary>Rows under headings: drawn on a terminal, and elsewhere in columns of whole cells, nothing wrapped or cut.</summary>
internal sealed class Table(params IReadOnlyList<string> headings)
{
    private readonly List<string[]> _rows = [];

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
        // A cell stays whole, so that an id can be copied: what does not fit is the terminal's to wrap.
        terminal.Profile.Width = Math.Max(terminal.Profile.Width, Widths().Sum(static width => width + 2));
        var table = new Spectre.Console.Table().Border(TableBorder.None);
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))).NoWrap().Padding(0, 0, 2, 0));
        foreach (var row in _rows)
            table.AddRow(row.Select(static cell => new Text(cell)));
        terminal.Write(table);
    }

    private void Print(TextWriter output)
    {
        var widths = Widths();
        foreach (var row in _rows.Prepend([.. headings]))
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
                line.Append(row[column]).Append(' ', widths[column] + 2 - CellsOf(row[column]));
            output.WriteLine(line.ToString().TrimEnd());
        }
    }

    private int[] Widths() => [.. headings.Select((heading, column) => _rows.Select(row => CellsOf(row[column])).Append(heading.Length).Max())];

    /// <summary>The columns of a terminal that it takes: letters of some scripts take two.</summary>
    private static int CellsOf(string text) => new Segment(text).CellCount();
}

using System.Globalization;
using System.Text;

namespace BackgroundTasks.Benchmarks;

/// <summary>Results as a table of Markdown, which is what is printed too.</summary>
internal static class ResultTable
{
    private static readonly string[] Head = ["measured", "of", "per second", "× first", "CPU µs", "bytes", "p50 ms", "p99 ms", "MB before", "MB after"];

    public static string Of(IReadOnlyList<Row> rows)
    {
        var lines = new List<string[]> { Head };
        foreach (var (row, before) in rows.Zip(rows.Prepend(null)))
        {
            lines.Add(
            [
                row.Group == before?.Group ? "" : row.Group,
                row.Note is null ? row.Name : $"{row.Name} ({row.Note})",
                Number(row.PerSecond, "N0"), Number(row.Ratio, "0.00"), Number(row.Cpu, "0.0"), Number(row.Bytes, "N0"),
                Milliseconds(row.P50), Milliseconds(row.P99), Number(row.MemoryBefore, "N0"), Number(row.MemoryAfter, "N0"),
            ]);
        }

        var widths = Head.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        lines.Insert(1, [.. widths.Select((width, column) => column < 2 ? new string('-', width) : new string('-', width - 1) + ':')]);
        return string.Concat(lines.Select(line => $"| {string.Join(" | ", line.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))} |\n"));
    }

    /// <summary>Each figure in which a peer is better than the first of ours in its group.</summary>
    public static string PeersAhead(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder();
        foreach (var group in rows.GroupBy(row => row.Group))
        {
            if (group.FirstOrDefault(row => row.Side is Side.Ours) is not { } ours)
                continue;
            foreach (var peer in group.Where(row => row.Side is Side.Peer))
            {
                Compare(text, ours, peer, "per second", row => row.PerSecond, less: false);
                Compare(text, ours, peer, "µs CPU", row => row.Cpu, less: true);
                Compare(text, ours, peer, "bytes", row => row.Bytes, less: true);
                Compare(text, ours, peer, "ms p50", row => row.P50, less: true);
                Compare(text, ours, peer, "ms p99", row => row.P99, less: true);
                Compare(text, ours, peer, "MB after", row => row.MemoryAfter, less: true);
            }
        }

        return text.Length > 0 ? text.ToString() : "None.\n";
    }

    private static void Compare(StringBuilder text, Row ours, Row peer, string unit, Func<Row, double?> of, bool less)
    {
        if (of(ours) is { } mine && of(peer) is { } theirs && (less ? theirs < mine : theirs > mine))
            text.Append(CultureInfo.InvariantCulture, $"- {ours.Group}: {peer.Name} {Short(theirs)} {unit}, {ours.Name} {Short(mine)}\n");
    }

    private static string Short(double value) => Number(value, value < 100 ? "0.###" : "N0");

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Milliseconds(double? value) => Number(value, value < 1 ? "0.000" : "0.0");
}

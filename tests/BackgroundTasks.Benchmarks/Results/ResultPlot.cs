using System.Globalization;
using System.Net;
using System.Text;

namespace BackgroundTasks.Benchmarks;

/// <summary>Requests per second over HTTP as bars, each against the bare endpoint, as an SVG that is readable on light and dark pages.</summary>
internal static class ResultPlot
{
    private const int Left = 190;
    private const int Unit = 300;
    private const int Bar = 16;
    private const int Gap = 22;
    private const double Most = 1.5;

    public static string Of(IReadOnlyList<Row> rows)
    {
        var body = new StringBuilder();
        var y = 10;
        foreach (var group in rows.Where(row => row.Ratio is not null).GroupBy(row => row.Group).Where(group => group.First() is { Name: "bare" }))
        {
            y += Gap;
            Text(body, 10, y, $"{group.Key}, against the bare endpoint", "font-weight=\"bold\"");
            y += 10;
            foreach (var row in group)
            {
                var width = Math.Min(row.Ratio!.Value, Most) * Unit;
                Text(body, Left - 8, y + Bar - 4, row.Name, "text-anchor=\"end\"");
                body.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{width:0.#}\" height=\"{Bar - 2}\" fill=\"{Color(row.Side)}\"/>\n");
                Text(body, Left + width + 6, y + Bar - 4, string.Create(CultureInfo.InvariantCulture, $"{row.Ratio:0.00} ×   {row.PerSecond:N0}/s"), "");
                y += Bar;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{{Left + (Most * Unit) + 140:0}}" height="{{y + 16}}" font-family="sans-serif" font-size="12">
            <style>text { fill: #24292f } @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } }</style>
            {{body}}</svg>

            """);
    }

    private static string Color(Side side) => side switch
    {
        Side.Base => "#8c959f",
        Side.Ours => "#0969da",
        _ => "#bf8700",
    };

    private static void Text(StringBuilder body, double x, double y, string text, string attributes) =>
        body.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y}\" {attributes}>{WebUtility.HtmlEncode(text)}</text>\n");
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BackgroundTasks.Benchmarks;

/// <summary>Runs all that is compared, one after the other, and writes the rows (results.jsonl), the plot (results.svg) and the README's section.</summary>
internal static class Report
{
    private const string Begin = "<!-- results -->\n";
    private const string End = "<!-- end of results -->\n";

    public static async Task<int> RunAsync(string[] args)
    {
        var options = RunOptions.Read(args);
        var folder = options.Value(1, SourceFolder());
        var file = Path.Combine(folder, "results.jsonl");
        var machine = Machine.Describe().ToList();
        var begun = Stopwatch.GetTimestamp();
        File.Delete(file);
        foreach (var command in Commands(options.Quick, options.Value(0, "2")))
        {
            Console.WriteLine($"== {string.Join(' ', command)}");
            Console.WriteLine(await OwnProgram.RunAsync([.. command, "--rows", file]));
        }

        var rows = File.ReadLines(file).Select(line => JsonSerializer.Deserialize<Row>(line)!).ToList();
        await File.WriteAllTextAsync(Path.Combine(folder, "results.svg"), ResultPlot.Of(rows));
        await WriteReadmeAsync(Path.Combine(folder, "README.md"), [.. machine, $"{(options.Quick ? "a quick run, to try the command; " : "")}{Stopwatch.GetElapsedTime(begun).TotalMinutes:0} minutes"], rows);
        return 0;
    }

    private static string[][] Commands(bool quick, string starts) => quick
        ? [["http", "--quick"], ["peers", "--quick"], ["tasks", "--quick"], ["million", "--quick"], ["million", "sqlite", "--quick"]]
        : [["http", "3", "3", starts], ["peers", "4", "3"], ["tasks", "3", "3", "64"], ["million"], ["million", "sqlite"]];

    private static async Task WriteReadmeAsync(string path, IReadOnlyList<string> machine, IReadOnlyList<Row> rows)
    {
        var readme = File.Exists(path) ? await File.ReadAllTextAsync(path) : Begin + End;
        var (begin, end) = (readme.IndexOf(Begin, StringComparison.Ordinal), readme.IndexOf(End, StringComparison.Ordinal));
        await File.WriteAllTextAsync(path, $"""
            {readme[..begin]}{Begin}
            {string.Join('\n', machine.Select(line => $"- {line}"))}

            ![Requests per second against a bare endpoint](results.svg)

            {ResultTable.Of(rows)}
            A peer is ahead in:

            {ResultTable.PeersAhead(rows)}
            {readme[end..]}
            """.TrimEnd() + "\n");
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

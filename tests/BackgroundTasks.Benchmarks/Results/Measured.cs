using System.Text.Json;

namespace BackgroundTasks.Benchmarks;

/// <summary>A command that has rows as its result: prints them, and adds them to the file that --rows names.</summary>
internal static class Measured
{
    public static Func<string[], Task<int>> By(Func<RunOptions, Task<IReadOnlyList<Row>>> measure) => async args =>
    {
        var options = RunOptions.Read(args);
        var rows = await measure(options);
        Console.WriteLine();
        Console.Write(ResultTable.Of(rows));
        Console.WriteLine($"\nA peer is ahead in:\n{ResultTable.PeersAhead(rows)}");
        if (options.RowsFile is { } file)
            await File.AppendAllLinesAsync(file, rows.Select(row => JsonSerializer.Serialize(row)));
        return 0;
    };

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>What the commands that measure can be told.</summary>
/// <param name="Quick">One short round, to try the command.</param>
/// <param name="Values">What else there is, in order.</param>
/// <param name="RowsFile">Where the rows are kept.</param>
internal sealed record RunOptions(bool Quick, IReadOnlyList<string> Values, string? RowsFile)
{
    public static RunOptions Read(string[] args)
    {
        var file = Array.IndexOf(args, "--rows");
        return new(args.Contains("--quick"), [.. args.Where((arg, i) => arg is not "--quick" && (file < 0 || (i != file && i != file + 1)))], file < 0 ? null : args[file + 1]);
    }

    public string Value(int index, string otherwise) => Values.Count > index ? Values[index] : otherwise;

    public int Number(int index, int otherwise, int quick) => Quick ? quick : int.Parse(Value(index, $"{otherwise}"), System.Globalization.CultureInfo.InvariantCulture);
}

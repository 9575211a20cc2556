using System.Globalization;
using System.Runtime.CompilerServices;

namespace BackgroundTasks.Benchmarks;

/// <summary>The committed figures: bytes per operation, a line each, as <c>name bytes</c>.</summary>
internal sealed class AllocationFigures
{
    private const double Tolerance = 0.05;

    private readonly Dictionary<string, long> _bytes;

    private AllocationFigures(Dictionary<string, long> bytes) => _bytes = bytes;

    public static string Path { get; } = System.IO.Path.Combine(SourceFolder(), "allocations.txt");

    public static AllocationFigures Read(string path) => new(File.ReadLines(path)
        .Where(IsFigure)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture)));

    /// <summary>Writes what was measured in the place of the figures; what the file says about them stays.</summary>
    public static void Renew(string path, IReadOnlyList<MeasuredOperation> measured) => File.WriteAllLines(path,
    [
        .. File.ReadAllLines(path).Where(line => !IsFigure(line)),
        .. measured.Select(operation => string.Create(CultureInfo.InvariantCulture, $"{operation.Name,-5}{operation.Bytes,7}")),
    ]);

    public IReadOnlyList<AllocationFinding> Compare(IReadOnlyList<MeasuredOperation> measured) =>
    [
        .. measured.Select(Compare),
        .. _bytes.Keys.Except(measured.Select(operation => operation.Name)).Select(name => new AllocationFinding(true, $"{name}: has a figure in allocations.txt, but is not measured.")),
    ];

    private AllocationFinding Compare(MeasuredOperation operation)
    {
        if (!_bytes.TryGetValue(operation.Name, out var allowed))
            return new(true, $"{operation.Name}: allocates {operation.Bytes:N0} bytes, and has no figure in allocations.txt.");

        var grown = operation.Bytes - allowed;
        return new AllocationFinding(grown > Tolerance * allowed, grown switch
        {
            _ when grown > Tolerance * allowed =>
                $"{operation.Name}: allocates {operation.Bytes:N0} bytes, {(double)grown / allowed:0.0 %} more than its figure of {allowed:N0}. Find what allocates them; " +
                "or, if they are worth it, raise the figure in tests/BackgroundTasks.Benchmarks/allocations.txt and give the reason in the commit.",
            _ when grown < -Tolerance * allowed => $"{operation.Name}: allocates {operation.Bytes:N0} bytes, figure {allowed:N0}: lower the figure, or the gain can be lost unnoticed.",
            _ => $"{operation.Name}: allocates {operation.Bytes:N0} bytes, figure {allowed:N0}",
        });
    }

    private static bool IsFigure(string line) => line.Length > 0 && line[0] is not '#';

    private static string SourceFolder([CallerFilePath] string file = "") => System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(file))!;
}

/// <summary>What an operation allocates.</summary>
internal readonly record struct MeasuredOperation(string Name, long Bytes);

/// <summary>A line of the guard's report.</summary>
internal readonly record struct AllocationFinding(bool Fails, string Text);

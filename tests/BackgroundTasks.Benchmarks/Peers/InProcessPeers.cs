using System.Text.Json;

namespace BackgroundTasks.Benchmarks;

/// <summary>Tasks in a process, without HTTP, beside peers: each in a process of its own, in turn, several rounds.</summary>
internal static class InProcessPeers
{
    private static readonly (string Kind, string Name, Side Side)[] Contestants =
    [
        ("own", "BackgroundTasks", Side.Ours),
        ("hosted", "queued hosted service", Side.Peer),
        ("coravel", "Coravel", Side.Peer),
        ("quartz", "Quartz", Side.Peer),
        ("hangfire", "Hangfire.InMemory", Side.Peer),
    ];

    public static async Task<IReadOnlyList<Row>> RunAsync(RunOptions options)
    {
        var seconds = options.Number(0, 4, quick: 1);
        var rounds = options.Number(1, 3, quick: 1);
        var measured = Contestants.ToDictionary(contestant => contestant.Kind, _ => new List<PeerFigures>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (kind, name, _) in Contestants)
            {
                measured[kind].Add(await MeasureAsync(kind, seconds));
                Console.WriteLine($"{name}: {measured[kind][^1].PerSecond:N0}/s");
            }
        }

        return [.. Contestants.Select(contestant => Row(contestant.Name, contestant.Side, measured[contestant.Kind], measured[Contestants[0].Kind]))];
    }

    private static Row Row(string name, Side side, List<PeerFigures> figures, List<PeerFigures> first) => new("in process; p50 and p99: idle, until the handler runs", name, side)
    {
        PerSecond = Measured.Median(figures.Select(figure => figure.PerSecond)),
        Ratio = Measured.Median(figures.Zip(first, (figure, one) => figure.PerSecond / one.PerSecond)),
        Cpu = Measured.Median(figures.Select(figure => figure.Cpu)),
        Bytes = Measured.Median(figures.Select(figure => figure.Bytes)),
        P50 = figures[0].IdleP50 is null ? null : Measured.Median(figures.Select(figure => figure.IdleP50!.Value)),
        P99 = figures[0].IdleP99 is null ? null : Measured.Median(figures.Select(figure => figure.IdleP99!.Value)),
    };

    private static async Task<PeerFigures> MeasureAsync(string kind, int seconds) =>
        JsonSerializer.Deserialize<PeerFigures>(await OwnProgram.RunAsync("peer", kind, $"{seconds}"))!;
}

/// <summary>What a run reached.</summary>
/// <param name="PerSecond">Tasks a second, accepted and run.</param>
/// <param name="Cpu">Microseconds of a processor for each, the caller's too.</param>
/// <param name="Bytes">Allocated for each.</param>
/// <param name="IdleP50">Milliseconds from the call until its handler runs, if nothing else does.</param>
/// <param name="IdleP99">The same of the slowest hundredth.</param>
internal sealed record PeerFigures(double PerSecond, double Cpu, double Bytes, double? IdleP50, double? IdleP99);

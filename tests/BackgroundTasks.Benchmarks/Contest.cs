using System.Diagnostics;

namespace BackgroundTasks.Benchmarks;

/// <summary>Runs contestants in turn, several rounds: the median of each with its ratio to the first.</summary>
internal static class Contest
{
    /// <param name="title">What is measured, with its unit.</param>
    /// <param name="rounds">How often each runs.</param>
    /// <param name="contestants">Each with what it reaches in one run.</param>
    public static async Task<IReadOnlyList<Row>> RunAsync(string title, int rounds, params (string Name, Func<Task<Rate>> Run)[] contestants)
    {
        var reached = contestants.ToDictionary(contestant => contestant.Name, _ => new List<Rate>());

        // The first round is for the compiler, and does not count.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var (name, run) in contestants)
                reached[name].Add(await run());
            if (round == 0)
                reached.Values.ToList().ForEach(rates => rates.Clear());
        }

        var first = Measured.Median(reached[contestants[0].Name].Select(rate => rate.PerSecond));
        return [.. contestants.Select((contestant, i) => Row(new(title, contestant.Name, i == 0 ? Side.Base : Side.Ours), reached[contestant.Name], first))];
    }

    /// <summary>How often per second so many callers, each waiting for its answer before it asks again, get one.</summary>
    public static async Task<Rate> RateAsync(int callers, TimeSpan duration, Func<Task> ask)
    {
        var answers = new long[callers];
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(begun) < duration)
            {
                await ask();
                answers[caller]++;
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(begun);
        process.Refresh();
        return new Rate(answers.Sum() / elapsed.TotalSeconds, (process.TotalProcessorTime - cpu).TotalMicroseconds / answers.Sum());
    }

    private static Row Row(Row row, List<Rate> rates, double first)
    {
        var perSecond = Measured.Median(rates.Select(rate => rate.PerSecond));
        return row with { PerSecond = perSecond, Ratio = perSecond / first, Cpu = Measured.Median(rates.Select(rate => rate.Cpu)) };
    }
}

/// <summary>What a run reached.</summary>
/// <param name="PerSecond">How many a second.</param>
/// <param name="Cpu">What one cost, in microseconds of a processor, the callers included.</param>
internal readonly record struct Rate(double PerSecond, double Cpu);

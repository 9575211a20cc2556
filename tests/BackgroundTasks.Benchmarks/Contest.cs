using System.Diagnostics;

namespace BackgroundTasks.Benchmarks;

/// <summary>Runs contestants in turn, several rounds, and prints the median of each with its ratio to the first.</summary>
internal static class Contest
{
    /// <param name="title">What is measured, with its unit.</param>
    /// <param name="rounds">How often each runs.</param>
    /// <param name="contestants">Each with what it reaches in one run.</param>
    public static async Task RunAsync(string title, int rounds, params (string Name, Func<Task<Rate>> Run)[] contestants)
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

        var first = Median(reached[contestants[0].Name], rate => rate.PerSecond);
        Console.WriteLine(title);
        foreach (var (name, _) in contestants)
        {
            var perSecond = Median(reached[name], rate => rate.PerSecond);
            Console.WriteLine($"  {name,-42} {perSecond,12:N0}   × {perSecond / first:0.00}   {Median(reached[name], rate => rate.Cpu),6:0.0} µs CPU");
        }
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

    private static double Median(List<Rate> rates, Func<Rate, double> of) => rates.Select(of).Order().ElementAt(rates.Count / 2);
}

/// <summary>What a run reached.</summary>
/// <param name="PerSecond">How many a second.</param>
/// <param name="Cpu">What one cost, in microseconds of a processor, the callers included.</param>
internal readonly record struct Rate(double PerSecond, double Cpu);

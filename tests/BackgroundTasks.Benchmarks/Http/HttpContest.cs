namespace BackgroundTasks.Benchmarks;

/// <summary>One start of all servers, and their windows in turn.</summary>
/// <param name="specs">The servers; the first is what the others are compared with.</param>
/// <param name="seconds">How long a window is.</param>
/// <param name="windows">How many windows of each.</param>
internal sealed class HttpContest(IReadOnlyList<ServerSpec> specs, int seconds, int windows)
{
    private static readonly string[] Order = ["POST", "keyed POST", "GET", "304"];

    private readonly List<Contestant> _contestants = [];
    private readonly List<HttpWindow> _measured = [];

    public async Task<IReadOnlyList<HttpWindow>> RunAsync()
    {
        try
        {
            foreach (var spec in specs)
                await AddAsync(spec);

            // What leaves work behind comes last.
            await MeasureAsync("GET", contestant => contestant.LoadAsync(HttpCall.Read(contestant.Path), seconds));
            await MeasureAsync("304", contestant => contestant.LoadAsync(HttpCall.ReadUnchanged(contestant.Path, contestant.Tag), seconds));
            await MeasureAsync("submit and wait, 1 caller", contestant => contestant.WaitAsync(1, seconds));
            await MeasureAsync("submit and wait, 16 callers", contestant => contestant.WaitAsync(16, seconds));
            await MeasureAsync("POST", contestant => contestant.LoadAsync(HttpCall.Submit(contestant.Spec.Body), seconds));
            await MeasureAsync("keyed POST", contestant => contestant.LoadAsync(HttpCall.KeyedSubmit(contestant.Spec.Body), seconds));
            return [.. _measured.Select(window => window with { MemoryBefore = window.Contestant.MemoryBefore, MemoryAfter = window.Contestant.MemoryAfter })];
        }
        finally
        {
            foreach (var contestant in _contestants)
                await contestant.DisposeAsync();
        }
    }

    /// <summary>The medians of all windows, by operation and server.</summary>
    public static IEnumerable<Row> Rows(IReadOnlyList<HttpWindow> measured) =>
        from window in measured
        group window by (window.Operation, window.Contestant.Spec.Name) into windows
        let first = windows.First()
        group new Row(first.Operation, first.Contestant.Spec.Name, first.Contestant.Spec.Side)
        {
            PerSecond = Measured.Median(windows.Select(window => window.Load.PerSecond)),
            Ratio = Measured.Median(windows.Select(window => window.Ratio)),
            Cpu = Measured.Median(windows.Select(window => window.Cpu)),
            Bytes = first.Bytes is null ? null : Measured.Median(windows.Select(window => window.Bytes!.Value)),
            P50 = Measured.Median(windows.Select(window => window.Load.P50)),
            P99 = Measured.Median(windows.Select(window => window.Load.P99)),
            MemoryBefore = first.Operation is "POST" ? first.MemoryBefore : null,
            MemoryAfter = first.Operation is "POST" ? first.MemoryAfter : null,
        } by first.Operation into rows
        orderby Array.IndexOf(Order, rows.Key) is var place && place < 0 ? Order.Length : place
        from row in rows
        select row;

    private async Task AddAsync(ServerSpec spec)
    {
        var contestant = new Contestant(spec, await ServerProcess.StartAsync(spec));
        _contestants.Add(contestant);
        await contestant.WarmUpAsync(seconds);
        contestant.Freeze();
        Console.WriteLine($"{spec.Name} is up");
    }

    private async Task MeasureAsync(string operation, Func<Contestant, Task<HttpWindow>> measure)
    {
        for (var window = 0; window < windows; window++)
        {
            var turn = new List<HttpWindow>();
            foreach (var contestant in window % 2 == 0 ? _contestants : Enumerable.Reverse(_contestants))
            {
                contestant.Thaw();
                turn.Add(await measure(contestant) with { Operation = operation });
                contestant.Freeze();
                Console.WriteLine($"{operation}, {contestant.Spec.Name}: {turn[^1].Load.PerSecond:N0}/s");
            }

            var bare = turn.Single(one => one.Contestant.Spec == specs[0]).Load.PerSecond;
            _measured.AddRange(turn.OrderBy(one => _contestants.IndexOf(one.Contestant)).Select(one => one with { Ratio = one.Load.PerSecond / bare }));
        }
    }
}

namespace BackgroundTasks.Benchmarks;

/// <summary>A server that is measured.</summary>
internal sealed class Contestant(ServerSpec spec, ServerProcess server) : IAsyncDisposable
{
    private readonly SubmitAndWait _waiting = new(server, spec);

    public ServerSpec Spec => spec;

    /// <summary>A task that has finished.</summary>
    public string Path { get; private set; } = "";

    public string Tag { get; private set; } = "";

    public double MemoryBefore { get; private set; }

    public double MemoryAfter { get; private set; }

    /// <summary>Until the compiler is done. No more submits than are worked off at once.</summary>
    public async Task WarmUpAsync(int seconds)
    {
        MemoryBefore = server.MemoryBytes() / 1e6;
        using var client = new HttpClient { BaseAddress = server.Address };
        (Path, Tag) = await _waiting.RunAsync(client);
        await Wrk.LoadAsync(server, HttpCall.Read(Path), seconds);
        await Wrk.LoadAsync(server, HttpCall.Submit(spec.Body), seconds);
    }

    public async Task<HttpWindow> LoadAsync(HttpCall call, int seconds) => await MeasureAsync(() => Wrk.LoadAsync(server, call, seconds));

    public async Task<HttpWindow> WaitAsync(int callers, int seconds) => await MeasureAsync(() => _waiting.LoadAsync(callers, TimeSpan.FromSeconds(seconds)));

    public void Freeze()
    {
        MemoryAfter = server.MemoryBytes() / 1e6;
        server.Freeze();
    }

    public void Thaw() => server.Thaw();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task<HttpWindow> MeasureAsync(Func<Task<Load>> measure)
    {
        var (cpu, bytes) = (server.ProcessorTime(), server.AllocatedBytes());
        var load = await measure();
        return new(this, load) { Cpu = (server.ProcessorTime() - cpu).TotalMicroseconds / load.Count, Bytes = (server.AllocatedBytes() - bytes) / (double?)load.Count };
    }
}

/// <summary>What was reached in a window.</summary>
internal sealed record HttpWindow(Contestant Contestant, Load Load)
{
    public string Operation { get; init; } = "";

    public double Ratio { get; init; }

    public double Cpu { get; init; }

    public double? Bytes { get; init; }

    public double MemoryBefore { get; init; }

    public double MemoryAfter { get; init; }
}

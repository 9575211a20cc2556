namespace BackgroundTasks.Benchmarks;

/// <summary>
/// Bytes per operation, exactly: in a process that does nothing else, one request after the other, compiled once (no tiers, no profile),
/// many operations a time, the least of several times.
/// </summary>
internal static class MeasuredOperations
{
    private const int Times = 2;

    // More than are retained.
    private const int WarmUp = 3_000;
    private const int Reads = 2_000;

    /// <param name="added">So many bytes are added to each operation, to see that the guard notices them.</param>
    /// <param name="submits">How many tasks a time: so many that what comes once in thousands, as a new segment of the store, is shared out.</param>
    public static async Task<IReadOnlyList<MeasuredOperation>> MeasureAsync(int added, int submits)
    {
        var measured = new List<MeasuredOperation>();
        var service = Exactly(ServerSpec.Service("service",
            ("BackgroundTasks:Storage", "Memory"), ("BackgroundTasks:MaxRetained", "2000"), ("BackgroundTasks:Queues:default:Workers", "1"), ("Serilog:MinimumLevel:Default", "Warning")));
        await using (var server = await ServerProcess.StartAsync(service))
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            if (added > 0)
                client.DefaultRequestHeaders.Add("X-Added", new string('x', added / sizeof(char)));
            var tasks = new TaskClient(client, service.Body);
            measured.Add(await MeasureAsync("POST", server, submits, () => tasks.SubmitAsync(), () => tasks.SubmitAndWaitAsync()));
            measured.Add(await MeasureAsync("keyed", server, submits, () => tasks.SubmitAsync(Guid.NewGuid()), () => tasks.SubmitAndWaitAsync()));
            var (path, tag) = await tasks.SubmitAndWaitAsync();
            measured.Add(await MeasureAsync("GET", server, Reads, () => tasks.ReadAsync(path)));
            measured.Add(await MeasureAsync("304", server, Reads, () => tasks.ReadAsync(path, tag)));
        }

        await using (var server = await ServerProcess.StartAsync(Exactly(ServerSpec.Own("library", "serve-tasks"))))
        {
            using var client = new HttpClient { BaseAddress = server.Address };
            var run = await MeasureAsync("task", server, 1, () => RunAsync(client, submits, added));
            measured.Add(run with { Bytes = run.Bytes / submits });
        }

        return measured;
    }

    private static ServerSpec Exactly(ServerSpec spec) => spec with
    {
        Environment = new(spec.Environment) { ["DOTNET_TieredCompilation"] = "0" },
    };

    /// <param name="name">The operation's name.</param>
    /// <param name="server">Who does it.</param>
    /// <param name="count">How often it is done a time.</param>
    /// <param name="act">Does it once.</param>
    /// <param name="settle">Waits until the server has nothing left to do for them.</param>
    private static async Task<MeasuredOperation> MeasureAsync(string name, ServerProcess server, int count, Func<Task> act, Func<Task>? settle = null)
    {
        // What is made once does not count.
        await RepeatAsync(Math.Min(count, WarmUp));
        var least = long.MaxValue;
        for (var time = 0; time < Times; time++)
        {
            var before = server.AllocatedBytes()!.Value;
            await RepeatAsync(count);
            least = Math.Min(least, (server.AllocatedBytes()!.Value - before) / count);
        }

        return new(name, least);

        async Task RepeatAsync(int often)
        {
            for (var i = 0; i < often; i++)
                await act();
            if (settle is not null)
                await settle();
        }
    }

    private static async Task RunAsync(HttpClient client, int count, int added)
    {
        using var answer = await client.PostAsync(new Uri($"/run/{count}?added={added}", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }
}

namespace BackgroundTasks.Benchmarks;

/// <summary>
/// The service over HTTP beside a bare endpoint and its peers, each a process of its own. All are up; the one that is measured runs alone,
/// the others are stopped meanwhile. Windows go forth and back, and each ratio is to the bare endpoint's window of the same turn.
/// </summary>
internal static class HttpLoad
{
    public static async Task<IReadOnlyList<Row>> RunAsync(RunOptions options)
    {
        if (Wrk.Version() is null)
            return [new("HTTP", "all", Side.Ours) { Note = "skipped: wrk is not installed (apt-get install wrk)" }];

        var seconds = options.Number(0, 3, quick: 1);
        var windows = options.Number(1, 3, quick: 1);
        var starts = options.Number(2, 1, quick: 1);
        var measured = new List<HttpWindow>();
        for (var start = 0; start < starts; start++)
            measured.AddRange(await new HttpContest(Contestants(), seconds, windows).RunAsync());
        return [.. HttpContest.Rows(measured), .. Skipped()];
    }

    private static IReadOnlyList<ServerSpec> Contestants()
    {
        (string, string)[] memory = [("BackgroundTasks:Storage", "Memory"), ("BackgroundTasks:MaxRetained", "1000000"), ("BackgroundTasks:Queues:default:Capacity", "1000000")];
        return
        [
            ServerSpec.Own("bare", "serve", "bare") with { Side = Side.Base },
            ServerSpec.Service("service, memory", [.. memory, ("Serilog:MinimumLevel:Default", "Warning")]),
            ServerSpec.Service("service, memory, logs", memory),
            ServerSpec.Service("service, SQLite", ("BackgroundTasks:Storage", "Sqlite"), ("BackgroundTasks:MaxRetained", "1000000"), ("BackgroundTasks:Queues:default:Capacity", "1000000"), ("Serilog:MinimumLevel:Default", "Warning")),
            ServerSpec.Own("Hangfire.InMemory", "serve", "hangfire"),
            ServerSpec.Own("Coravel", "serve", "coravel"),
            .. FastApi.Versions() is null ? (ServerSpec[])[] : [FastApi.Spec],
        ];
    }

    private static IEnumerable<Row> Skipped() => FastApi.Versions() is null
        ? [new("HTTP", "FastAPI", Side.Peer) { Note = "skipped: not installed (apt-get install uvicorn python3-fastapi python3-uvloop python3-httptools)" }]
        : [];
}

namespace BackgroundTasks.Benchmarks;

/// <summary>How many tasks a second are accepted, started, and ended with their result stored. A caller has one task under way.</summary>
internal static class EndToEnd
{
    public static async Task<IReadOnlyList<Row>> RunAsync(RunOptions options)
    {
        var duration = TimeSpan.FromSeconds(options.Number(0, 3, quick: 1));
        var rounds = options.Number(1, 3, quick: 1);
        var rows = new List<Row>();
        foreach (var callers in options.Values.Count > 2 || options.Quick ? [options.Number(2, 64, quick: 64)] : new[] { 1, 8, 64, 256 })
        {
            rows.AddRange(await Contest.RunAsync(
                $"whole tasks, {callers} callers",
                rounds,
                ("append and fsync, group commit (the limit)", () => AppendAsync(callers, duration)),
                ("SQLite store, Full", () => StoreAsync(callers, duration, SqliteDurability.Full)),
                ("SQLite store, Normal", () => StoreAsync(callers, duration, SqliteDurability.Normal))));
        }

        return rows;
    }

    private static async Task<Rate> AppendAsync(int callers, TimeSpan duration)
    {
        using var folder = new BenchFolder();
        await using var file = new AppendFile(folder.File("append"));
        return await Contest.RateAsync(callers, duration, async () =>
        {
            await file.AppendAsync(SampleTask.Record);
            await file.AppendAsync(SampleTask.Record);
        });
    }

    private static async Task<Rate> StoreAsync(int callers, TimeSpan duration, SqliteDurability durability)
    {
        using var folder = new BenchFolder();
        var tasks = new SampleTask();
        await using var journal = BenchFolder.Journal(folder.File("tasks.db"), durability);
        using var store = await BenchFolder.OpenAsync(journal);
        return await Contest.RateAsync(callers, duration, async () =>
        {
            var task = tasks.Next();
            await store.AddAsync(task, int.MaxValue, default);
            var running = task.Start("node", TimeProvider.System.GetUtcNow())!;
            await store.TrySwapAsync(task, running, StoreWrite.Behind, default);
            await store.TrySwapAsync(running, running.Succeed(SampleTask.Result, TimeProvider.System.GetUtcNow()), StoreWrite.Durable, default);
        });
    }
}

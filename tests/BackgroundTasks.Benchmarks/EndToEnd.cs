namespace BackgroundTasks.Benchmarks;

/// <summary>How many tasks a second are accepted, started, and ended with their result stored. A caller has one task under way.</summary>
internal static class EndToEnd
{
    public static async Task<int> RunAsync(string[] args)
    {
        var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0]) : 3);
        var rounds = args.Length > 1 ? int.Parse(args[1]) : 3;
        foreach (var callers in args.Length > 2 ? [int.Parse(args[2])] : new[] { 1, 8, 64, 256 })
        {
            await Contest.RunAsync(
                $"tasks/s, {callers} callers",
                rounds,
                ("append and fsync, group commit (the limit)", () => AppendAsync(callers, duration)),
                ("SQLite store, Full", () => StoreAsync(callers, duration, SqliteDurability.Full)),
                ("SQLite store, Normal", () => StoreAsync(callers, duration, SqliteDurability.Normal)));
        }

        return 0;
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

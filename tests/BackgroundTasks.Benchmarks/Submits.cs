namespace BackgroundTasks.Benchmarks;

/// <summary>How many tasks a second are accepted and lasting, every caller awaiting its own.</summary>
internal static class Submits
{
    public static async Task<int> RunAsync(string[] args)
    {
        var duration = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0]) : 3);
        var rounds = args.Length > 1 ? int.Parse(args[1]) : 3;
        foreach (var callers in args.Length > 2 ? [int.Parse(args[2])] : new[] { 1, 8, 64, 256 })
        {
            await Contest.RunAsync(
                $"submits/s, {callers} callers",
                rounds,
                ("append and fsync, group commit (the limit)", () => AppendAsync(callers, duration)),
                ("SQLite store, Full", () => StoreAsync(callers, duration, SqliteDurability.Full)),
                ("SQLite store, Normal", () => StoreAsync(callers, duration, SqliteDurability.Normal)),
                ("SQLite, a transaction each", () => EachAsync(callers, duration)));
        }

        return 0;
    }

    private static async Task<Rate> AppendAsync(int callers, TimeSpan duration)
    {
        using var folder = new BenchFolder();
        await using var file = new AppendFile(folder.File("append"));
        return await Contest.RateAsync(callers, duration, () => file.AppendAsync(SampleTask.Record));
    }

    private static async Task<Rate> StoreAsync(int callers, TimeSpan duration, SqliteDurability durability)
    {
        using var folder = new BenchFolder();
        var tasks = new SampleTask();
        await using var journal = BenchFolder.Journal(folder.File("tasks.db"), durability);
        using var store = await BenchFolder.OpenAsync(journal);
        return await Contest.RateAsync(callers, duration, () => store.AddAsync(tasks.Next(), int.MaxValue, default).AsTask());
    }

    private static async Task<Rate> EachAsync(int callers, TimeSpan duration)
    {
        using var folder = new BenchFolder();
        var tasks = new SampleTask();
        using var each = new SubmitEach(folder.File("each.db"));
        return await Contest.RateAsync(callers, duration, () => each.SubmitAsync(tasks.Next()));
    }
}

using System.Diagnostics;

namespace BackgroundTasks.Benchmarks;

/// <summary>How long a process takes to open a store with many ended tasks and 10,000 that are not, and what memory that costs.</summary>
internal static class Restart
{
    private const int Active = 10_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0]) : 1_000_000;
        using var folder = new BenchFolder();
        var file = folder.File("tasks.db");
        await FillAsync(file, count);
        Console.WriteLine($"{count:N0} ended and {Active:N0} active tasks, {new FileInfo(file).Length / 1_048_576.0:N0} MB");
        for (var round = 0; round < 3; round++)
            Console.Write(await OwnProgram.RunAsync("open", file));

        return 0;
    }

    /// <summary>Run in a process of its own. It does not close the store: the next one opens it as after a crash.</summary>
    public static async Task<int> OpenAsync(string file)
    {
        var begun = Stopwatch.GetTimestamp();
        var before = Process.GetCurrentProcess().WorkingSet64;
        var journal = BenchFolder.Journal(file);
        using var store = await BenchFolder.OpenAsync(journal);
        var opened = Stopwatch.GetElapsedTime(begun);
        var overview = await store.GetOverviewAsync(default);
        Console.WriteLine($"  open after {opened.TotalMilliseconds:N0} ms, {(Process.GetCurrentProcess().WorkingSet64 - before) / 1_048_576.0:N0} MB more, {Process.GetCurrentProcess().WorkingSet64 / 1_048_576.0:N0} MB in all; {overview.Queues[0].Queued:N0} queued, {overview.Queues[0].Succeeded:N0} succeeded");
        return 0;
    }

    private static async Task FillAsync(string file, int count)
    {
        var tasks = new SampleTask();
        await using var journal = BenchFolder.Journal(file, SqliteDurability.Normal);
        using var store = await BenchFolder.OpenAsync(journal);
        await Task.WhenAll(Enumerable.Range(0, 256).Select(async part =>
        {
            for (var i = part; i < count; i += 256)
            {
                var task = tasks.Next();
                await journal.WriteAsync(null, task.Start("node", TimeProvider.System.GetUtcNow())!.Succeed(SampleTask.Result, TimeProvider.System.GetUtcNow()), StoreWrite.Durable, default);
            }
        }));
        await Task.WhenAll(Enumerable.Range(0, Active).Select(_ => store.AddAsync(tasks.Next(), int.MaxValue, default).AsTask()));
    }
}

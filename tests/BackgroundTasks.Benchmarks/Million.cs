using System.Diagnostics;
using BackgroundTasks.Execution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Benchmarks;

/// <summary>A million tasks accepted, run, listed and purged: whether the last tenth costs more than the first.</summary>
internal sealed class Million : IDisposable
{
    private const int Slices = 10;
    private const int PageSize = 200;
    private const string Queue = BackgroundTasksOptions.DefaultQueue;

    private readonly string _kind;
    private readonly int _slice;
    private readonly IHost _host;
    private readonly Process _process = Process.GetCurrentProcess();
    private readonly List<Row> _rows = [];

    private Million(string kind, int slice, string file)
    {
        (_kind, _slice) = (kind, slice);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<RunCounter>().AddScoped<OwnQueue.Handler>();
        var tasks = builder.Services.AddBackgroundTasks(options =>
        {
            options.MaxRetained = int.MaxValue;
            options.Queues[Queue] = new() { Capacity = int.MaxValue };
        }).AddHandler<OwnQueue.Handler, Echo, Echo>("echo");
        if (kind is "SQLite")
            tasks.UseSqlite(file);
        _host = builder.Build();
    }

    public static async Task<IReadOnlyList<Row>> RunAsync(RunOptions options)
    {
        var slice = (options.Quick ? 100_000 : 1_000_000) / Slices;
        using var folder = new BenchFolder();
        using var run = new Million(options.Value(0, "memory") is "sqlite" ? "SQLite" : "memory", slice, folder.File("tasks.db"));
        await run.RunAsync();
        return run._rows;
    }

    public void Dispose()
    {
        _host.Dispose();
        _process.Dispose();
    }

    private async Task RunAsync()
    {
        await _host.StartAsync();
        var services = _host.Services;
        var (queue, store, counter) = (services.GetRequiredService<IBackgroundTaskQueue>(), services.GetRequiredService<IBackgroundTaskStore>(), services.GetRequiredService<RunCounter>());

        // For the compiler.
        var warm = counter.Expect(_slice);
        await EnqueueAsync(queue);
        await warm;
        await PurgeAsync(store, 0);

        await services.GetRequiredService<QueueControl>().SetPausedAsync(Queue, paused: true, default);
        await MeasureAsync("accept", _ => EnqueueAsync(queue));
        var all = counter.Expect(Slices * _slice);
        await services.GetRequiredService<QueueControl>().SetPausedAsync(Queue, paused: false, default);
        await MeasureAsync("run", async slice =>
        {
            while (counter.Left > (Slices - 1 - slice) * _slice)
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        });
        await all;
        while ((await store.GetOverviewAsync(default)).Queues.Single(one => one.Queue == Queue) is { Queued: > 0 } or { Running: > 0 })
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        string? page = null;
        await MeasureAsync("list", async _ =>
        {
            for (var listed = 0; listed < _slice;)
            {
                var tasks = await queue.ListAsync(new() { PageSize = PageSize, PageToken = page });
                listed += tasks.Tasks.Count;
                page = tasks.Next;
                if (page is null)
                    break;
            }
        });
        await MeasureAsync("purge", slice => PurgeAsync(store, (Slices - 1 - slice) * _slice));
        await _host.StopAsync();
    }

    /// <summary>64 callers, each waiting for its own.</summary>
    private Task EnqueueAsync(IBackgroundTaskQueue queue) => Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
    {
        var payload = new Echo(new string('p', 89));
        for (var i = caller; i < _slice; i += 64)
            await queue.EnqueueAsync(payload);
    })));

    private static async Task PurgeAsync(IBackgroundTaskStore store, int keep)
    {
        while (await store.PurgeAsync(DateTimeOffset.MinValue, keep, default))
            await Task.Yield();
    }

    private async Task MeasureAsync(string what, Func<int, Task> runSlice)
    {
        var slices = new List<(double PerSecond, double Cpu)>();
        for (var slice = 0; slice < Slices; slice++)
        {
            _process.Refresh();
            var (cpu, begun) = (_process.TotalProcessorTime, Stopwatch.GetTimestamp());
            await runSlice(slice);
            _process.Refresh();
            slices.Add((_slice / Stopwatch.GetElapsedTime(begun).TotalSeconds, (_process.TotalProcessorTime - cpu).TotalMicroseconds / _slice));
        }

        Add($"first {_slice:N0}", Side.Base, slices[0], null);
        Add($"last {_slice:N0}", Side.Ours, slices[^1], _process.WorkingSet64 / 1e6);

        void Add(string name, Side side, (double PerSecond, double Cpu) figures, double? memory) =>
            _rows.Add(new($"{Slices * _slice:N0} tasks, {_kind}: {what}", name, side) { PerSecond = figures.PerSecond, Ratio = figures.PerSecond / slices[0].PerSecond, Cpu = figures.Cpu, MemoryAfter = memory });
    }
}

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
        await ListAsync(queue, null);
        await PurgeAsync(store, 0);

        await services.GetRequiredService<QueueControl>().SetPausedAsync(Queue, paused: true, default);
        await MeasureAsync("accept", _ => EnqueueAsync(queue));
        await MeasureRunAsync(counter, services.GetRequiredService<QueueControl>());
        while ((await store.GetOverviewAsync(default)).Queues.Single(one => one.Queue == Queue) is { Queued: > 0 } or { Running: > 0 })
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        string? page = null;
        await MeasureAsync("list", async _ => page = await ListAsync(queue, page));
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

    /// <summary>Reads a slice, page by page; returns the token of the next page.</summary>
    private async Task<string?> ListAsync(IBackgroundTaskQueue queue, string? page)
    {
        var listed = 0;
        do
        {
            var tasks = await queue.ListAsync(new() { PageSize = PageSize, PageToken = page });
            listed += tasks.Tasks.Count;
            page = tasks.Next;
        }
        while (listed < _slice && page is not null);
        return listed >= _slice ? page : throw new InvalidOperationException($"The list ends after {listed:N0} of {_slice:N0} tasks.");
    }

    private static async Task PurgeAsync(IBackgroundTaskStore store, int keep)
    {
        while (await store.PurgeAsync(DateTimeOffset.MinValue, keep, default))
            await Task.Yield();
    }

    private async Task MeasureAsync(string what, Func<int, Task> runSlice)
    {
        var times = new List<(TimeSpan Cpu, long At)> { Now() };
        for (var slice = 0; slice < Slices; slice++)
        {
            await runSlice(slice);
            times.Add(Now());
        }

        AddRows(what, times);
    }

    /// <summary>All are queued: the handler that ends a slice takes its time, since a waiter would be told behind the tasks.</summary>
    private async Task MeasureRunAsync(RunCounter counter, QueueControl control)
    {
        var times = new List<(TimeSpan Cpu, long At)>();
        var all = counter.Expect(Slices * _slice);
        counter.Mark = (_slice, TakeTime);
        TakeTime();
        await control.SetPausedAsync(Queue, paused: false, default);
        await all;
        AddRows("run", times);

        void TakeTime()
        {
            lock (times)
                times.Add(Now());
        }
    }

    private (TimeSpan Cpu, long At) Now()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, Stopwatch.GetTimestamp());
    }

    private void AddRows(string what, List<(TimeSpan Cpu, long At)> times)
    {
        var slices = times.Zip(times.Skip(1), (from, to) =>
            (PerSecond: _slice / Stopwatch.GetElapsedTime(from.At, to.At).TotalSeconds, Cpu: (to.Cpu - from.Cpu).TotalMicroseconds / _slice)).ToList();
        Add($"first {_slice:N0}", Side.Base, slices[0], null);
        Add($"last {_slice:N0}", Side.Ours, slices[^1], _process.WorkingSet64 / 1e6);

        void Add(string name, Side side, (double PerSecond, double Cpu) figures, double? memory) =>
            _rows.Add(new($"{Slices * _slice:N0} tasks, {_kind}: {what}", name, side) { PerSecond = figures.PerSecond, Ratio = figures.PerSecond / slices[0].PerSecond, Cpu = figures.Cpu, MemoryAfter = memory });
    }
}

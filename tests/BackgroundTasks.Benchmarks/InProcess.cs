using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Benchmarks;

/// <summary>
/// What a whole task costs in a process: enqueued, stored in memory, run by a worker in a scope of its own, its result stored; JSON in and out.
/// Bursts of 1,000, each after the end of the one before. Bytes are exact; so many of them are the finished task's own, which is kept.
/// </summary>
internal static class InProcess
{
    private const int Burst = 1_000;
    private const int Idle = 20_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var tasks = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 500_000;
        var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
        using var host = await StartAsync();
        await MeasureAsync(host, Burst * 50);
        for (var round = 0; round < rounds; round++)
            Print("nobody listens", await MeasureAsync(host, tasks));
        using (Listen())
            Print("metrics listened to", await MeasureAsync(host, tasks));
        Console.WriteLine($"idle, enqueue to end seen: p50 {await IdleAsync(host.Services.GetRequiredService<IBackgroundTaskQueue>()):0.0} µs");
        await host.StopAsync();
        return 0;
    }

    private static async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddScoped<EchoHandler>();
        builder.Services.AddBackgroundTasks().AddHandler<EchoHandler, Echo, Echo>("echo");
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<(double Nanoseconds, double Cpu, double Bytes)> MeasureAsync(IHost host, int tasks)
    {
        var queue = host.Services.GetRequiredService<IBackgroundTaskQueue>();
        var payload = new Echo(new string('p', 89));
        var left = 0;
        TaskCompletionSource ended = null!;
        using var subscription = host.Services.GetRequiredService<IBackgroundTaskStore>().Subscribe(change =>
        {
            if (change.Task is { IsTerminal: true } && Interlocked.Decrement(ref left) == 0)
                ended.SetResult();
        });
        using var process = Process.GetCurrentProcess();
        var (cpu, bytes, begun) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        for (var done = 0; done < tasks; done += Burst)
        {
            (left, ended) = (Burst, new(TaskCreationOptions.RunContinuationsAsynchronously));
            for (var i = 0; i < Burst; i++)
                await queue.EnqueueAsync(payload);
            await ended.Task;
        }

        var elapsed = Stopwatch.GetElapsedTime(begun);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        process.Refresh();
        return (elapsed.TotalNanoseconds / tasks, (process.TotalProcessorTime - cpu).TotalNanoseconds / tasks, (double)allocated / tasks);
    }

    /// <summary>One task at a time.</summary>
    private static async Task<double> IdleAsync(IBackgroundTaskQueue queue)
    {
        var payload = new Echo("p");
        var waited = new double[Idle];
        for (var i = 0; i < Idle; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var task = await queue.EnqueueAsync(payload);
            await queue.WaitAsync(task.Id, TimeSpan.FromMinutes(1));
            waited[i] = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
        }

        Array.Sort(waited);
        return waited[Idle / 2];
    }

    /// <summary>Every instrument of the library is listened to, as by an exporter.</summary>
    private static MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == BackgroundTasksDiagnostics.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<int>(static (_, _, _, _) => { });
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }

    private static void Print(string title, (double Nanoseconds, double Cpu, double Bytes) cost) =>
        Console.WriteLine($"{title,-20} {cost.Nanoseconds,7:N0} ns a task   {cost.Cpu,7:N0} ns CPU   {cost.Bytes,7:N0} B");

    private sealed class EchoHandler : IBackgroundTaskHandler<Echo, Echo>
    {
        public Task<Echo> HandleAsync(Echo payload, BackgroundTaskContext context, CancellationToken cancellationToken) => Task.FromResult(new Echo(payload.Text));
    }
}

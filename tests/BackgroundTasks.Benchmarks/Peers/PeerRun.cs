using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BackgroundTasks.Benchmarks;

/// <summary>One contestant of <see cref="InProcessPeers"/>, run in a process of its own: bursts of 1,000 tasks, each after the end of the one before; then one at a time.</summary>
internal static class PeerRun
{
    private const int Burst = 1_000;
    private const int Idle = 2_000;
    private static readonly string Text = new('p', 89);

    public static async Task<int> RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<RunCounter>();
        Action<IServiceCollection> add = args[0] switch
        {
            "own" => OwnQueue.Add,
            "hosted" => HostedQueue.Add,
            "coravel" => CoravelQueue.Add,
            "quartz" => QuartzQueue.Add,
            _ => HangfireQueue.Add,
        };
        add(builder.Services);
        using var host = builder.Build();
        await host.StartAsync();
        var (peer, counter) = (host.Services.GetRequiredService<IQueuePeer>(), host.Services.GetRequiredService<RunCounter>());
        var duration = TimeSpan.FromSeconds(int.Parse(args[1], CultureInfo.InvariantCulture));
        await BurstsAsync(peer, counter, duration);
        var figures = await BurstsAsync(peer, counter, duration);
        Console.WriteLine(JsonSerializer.Serialize(peer is CoravelQueue ? figures : await IdleAsync(peer, counter, figures)));
        return 0;
    }

    private static async Task<PeerFigures> BurstsAsync(IQueuePeer peer, RunCounter counter, TimeSpan duration)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, bytes, begun) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        var count = 0;
        while (Stopwatch.GetElapsedTime(begun) < duration)
        {
            var all = counter.Expect(Burst);
            for (var i = 0; i < Burst; i++)
                await peer.EnqueueAsync(Text);
            await peer.FlushAsync();
            await all;
            count += Burst;
        }

        var elapsed = Stopwatch.GetElapsedTime(begun);
        process.Refresh();
        return new(
            count / elapsed.TotalSeconds,
            (process.TotalProcessorTime - cpu).TotalMicroseconds / count,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / count,
            null,
            null);
    }

    private static async Task<PeerFigures> IdleAsync(IQueuePeer peer, RunCounter counter, PeerFigures figures)
    {
        var waited = new double[Idle];
        for (var i = 0; i < Idle; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var ran = counter.Expect(1);
            await peer.EnqueueAsync(Text);
            await ran;
            waited[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        Array.Sort(waited);
        return figures with { IdleP50 = waited[Idle / 2], IdleP99 = waited[Idle * 99 / 100] };
    }
}

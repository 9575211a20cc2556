using System.Text;
using BackgroundTasks.Execution;
using BackgroundTasks.Http.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests.Http;

public sealed class EventStreamTests
{
    private readonly HeldWork _held = new();

    [Fact]
    public async Task Ten_thousand_streams_share_one_timer_and_leave_nothing_behind()
    {
        var time = new CountingTime();
        await using var host = await StartAsync(tasks => tasks.Services.AddSingleton<TimeProvider>(time));
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        using var leave = new CancellationTokenSource();

        var leaving = Enumerable.Range(0, 5_000).Select(_ => FollowAsync(host, task.Id, leave.Token).Streamed).ToList();
        var staying = Enumerable.Range(0, 5_000).Select(_ => FollowAsync(host, task.Id, default).Streamed).ToList();
        Assert.Equal((10_000, 1, 1), (host.Get<EventTicker>().Count, host.Get<TaskWatch>().Count, time.Ticking));
        Assert.InRange(time.Running, 1, 20);
        await leave.CancelAsync();
        await Task.WhenAll(leaving).WaitAsync(TaskHost.Guard);
        Assert.Equal((5_000, 1, 1), (host.Get<EventTicker>().Count, host.Get<TaskWatch>().Count, time.Ticking));
        run.Return("");
        await Task.WhenAll(staying).WaitAsync(TaskHost.Guard);

        Assert.Equal((0, 0, 0), (host.Get<EventTicker>().Count, host.Get<TaskWatch>().Count, time.Ticking));
    }

    [Fact]
    public async Task A_stream_that_comes_between_two_ticks_waits_no_longer_than_the_others()
    {
        await using var host = await StartAsync();
        var task = await host.Queue.EnqueueAsync(new HeldPayload());
        var run = await _held.NextAsync();
        var early = FollowAsync(host, task.Id, default);
        host.Time.Advance(TimeSpan.FromSeconds(10));
        var late = FollowAsync(host, task.Id, default);

        host.Time.Advance(TimeSpan.FromSeconds(5));
        run.Return("");
        await Task.WhenAll(early.Streamed, late.Streamed).WaitAsync(TaskHost.Guard);

        Assert.All([early, late], stream => Assert.Single(Lines(stream.Body), line => line.StartsWith(':')));
    }

    [Fact]
    public async Task A_result_that_is_written_on_many_lines_is_one_line_of_data()
    {
        await using var host = await TaskHost.StartAsync(
            tasks => tasks.AddHandler<HeldPayload, TwoLines>("held", (_, _, _) => Task.FromResult(new TwoLines("a\nb", "c"))),
            options => options.SerializerOptions.WriteIndented = true);
        var task = await host.EndOf(await host.Queue.EnqueueAsync(new HeldPayload()));
        Assert.Contains((byte)'\n', task.Result.ToArray());

        var stream = FollowAsync(host, task.Id, default);
        await stream.Streamed.WaitAsync(TaskHost.Guard);

        Assert.Equal(["retry", "event", "data", "id", "event", "data", "id"], Lines(stream.Body).Where(line => line.Length > 0).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_stream_of_all_tasks_ends_when_its_client_reads_nothing_and_falls_too_far_behind()
    {
        var result = new string('x', 100_000);
        await using var host = await StartAsync(tasks => tasks.AddHandler<QuickPayload, string>("quick", (_, _, _) => Task.FromResult(result)));
        await using var body = new SlowBody();
        var streamed = FollowAllAsync(host, body);
        Assert.Equal(1, host.Get<TaskFeed>().Count);

        for (var i = 0; i < TaskFeed.MaxBehind / result.Length && !streamed.IsCompleted; i++)
            await host.EndOf(await host.Queue.EnqueueAsync(new QuickPayload()));
        Assert.False(streamed.IsCompleted);
        for (var i = 0; i < 20 && !streamed.IsCompleted; i++)
            await host.EndOf(await host.Queue.EnqueueAsync(new QuickPayload()));
        await streamed.WaitAsync(TaskHost.Guard);

        Assert.Equal((0, 0), (host.Get<TaskFeed>().Count, host.Get<EventTicker>().Count));
    }

    private static async Task FollowAllAsync(TaskHost host, Stream body)
    {
        var context = new DefaultHttpContext { RequestServices = host.Get<IServiceProvider>() };
        context.Request.Method = HttpMethods.Get;
        context.Response.Body = body;
        await EventEndpoints.FollowAll(context, host.Get<TaskFeed>()).ExecuteAsync(context);
    }

    private static string[] Lines(MemoryStream body) => Encoding.UTF8.GetString(body.ToArray()).Split('\n');

    private static (Task Streamed, MemoryStream Body) FollowAsync(TaskHost host, Guid id, CancellationToken aborted)
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = host.Get<IServiceProvider>(), RequestAborted = aborted };
        context.Request.Method = HttpMethods.Get;
        context.Response.Body = body;
        return (FollowAsync(), body);

        async Task FollowAsync()
        {
            var result = await EventEndpoints.FollowTaskAsync(context, id.ToString("N"), host.Get<IBackgroundTaskStore>(), host.Get<TaskWatch>(), host.Get<Deadlines>());
            await result.ExecuteAsync(context);
        }
    }

    private Task<TaskHost> StartAsync(Action<BackgroundTasksBuilder>? more = null) => TaskHost.StartAsync(tasks =>
    {
        tasks.AddHandler<HeldPayload, string>("held", _held.HandleAsync);
        more?.Invoke(tasks);
    });

    private sealed record QuickPayload;

    private sealed record TwoLines(string First, string Second);

    /// <summary>A response whose client reads nothing.</summary>
    private sealed class SlowBody : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Counts the timers that nobody has disposed: all, and those for comments.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        private int _running;
        private int _ticking;

        public int Running => Volatile.Read(ref _running);

        public int Ticking => Volatile.Read(ref _ticking);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new CountedTimer(base.CreateTimer(callback, state, dueTime, period), this, period == EventTicker.Period);
            Count(timer, 1);
            return timer;
        }

        private void Count(CountedTimer timer, int change)
        {
            Interlocked.Add(ref _running, change);
            Interlocked.Add(ref _ticking, timer.IsTicking ? change : 0);
        }

        private sealed class CountedTimer(ITimer timer, CountingTime time, bool isTicking) : ITimer
        {
            private int _disposed;

            public bool IsTicking => isTicking;

            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _disposed, 1) == 0)
                    time.Count(this, -1);
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}

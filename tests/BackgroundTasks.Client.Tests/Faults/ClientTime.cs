using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Client.Tests.Faults;

/// <summary>A clock that a test moves, and that tells which pauses and limits the client has begun.</summary>
internal sealed class ClientTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    /// <summary>Longer than any pause of a test, so that limits and pauses are told apart.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(100);

    private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Options whose limits are far off.</summary>
    public BackgroundTasksClientOptions Options => new()
    {
        TimeProvider = this,
        AttemptTimeout = TimeSpan.FromSeconds(1_000),
        RetryTimeout = TimeSpan.FromSeconds(10_000),
        StreamSilence = TimeSpan.FromSeconds(500),
    };

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ToldTimer(this, base.CreateTimer(callback, state, dueTime, period));
        Tell(dueTime);
        return timer;
    }

    /// <summary>The next pause that the client has begun; it is not over yet.</summary>
    public Task<TimeSpan> NextPauseAsync() => _pauses.Reader.ReadAsync().AsTask().WaitAsync(Clients.Guard);

    /// <summary>Waits for a pause to begin, and is over with it.</summary>
    public async Task<TimeSpan> SkipPauseAsync()
    {
        var pause = await NextPauseAsync();
        Advance(pause);
        return pause;
    }

    /// <summary>Skips pauses until something is done.</summary>
    public async Task<List<TimeSpan>> SkipPausesUntilAsync(Task done)
    {
        var pauses = new List<TimeSpan>();
        while (!done.IsCompleted)
        {
            var next = _pauses.Reader.WaitToReadAsync().AsTask();
            if (await Task.WhenAny(done, next).WaitAsync(Clients.Guard) == done)
                break;
            pauses.Add(await SkipPauseAsync());
        }

        return pauses;
    }

    private void Tell(TimeSpan dueTime)
    {
        if (dueTime > TimeSpan.Zero && dueTime <= LongestPause)
            _pauses.Writer.TryWrite(dueTime);
    }

    /// <summary>Some timers are set after they are made.</summary>
    private sealed class ToldTimer(ClientTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            time.Tell(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}

using System.Text;

namespace BackgroundTasks.Tests.Stores;

/// <summary>Terminal tasks whose members are there or not, and hold anything that they may hold. The same seed makes the same tasks.</summary>
internal sealed class RandomTasks(int seed)
{
    private readonly Random _random = new(seed);
    private readonly BackgroundTaskIds _ids = new(new SampleTasks().Clock);

    public BackgroundTask Next()
    {
        var state = (BackgroundTaskState)_random.Next((int)BackgroundTaskState.Succeeded, (int)BackgroundTaskState.Canceled + 1);
        return new()
        {
            Submission = NextSubmission(),
            State = state,
            Version = _random.NextInt64(1, long.MaxValue),
            Run = _random.Next(),
            Attempt = _random.Next(),
            LostRuns = Maybe(() => _random.Next()),
            Survived = Coin(),
            Node = Maybe(Text),
            QueuedAt = MaybeTime(),
            ScheduledFor = MaybeTime(),
            StartedAt = MaybeTime(),
            FinishedAt = Time(),
            CancelRequested = Coin(),
            Result = state is BackgroundTaskState.Succeeded ? Json() : default,
            Error = state is BackgroundTaskState.Failed || Coin() ? new BackgroundTaskError(Text(), Text(), _random.Next()) : null,
            Progress = Maybe(() => new BackgroundTaskProgress(_random.NextInt64(), Coin() ? _random.NextDouble() * 100 : null, Maybe(Text))),
        };
    }

    private BackgroundTaskSubmission NextSubmission() => new()
    {
        Id = _ids.Next(),
        Type = Text(),
        Queue = Text(),
        Payload = Bytes(300),
        CreatedAt = Time(),
        Priority = _random.Next(-100, 101),
        MaxAttempts = _random.Next(1, 100),
        Timeout = Coin() ? TimeSpan.FromTicks(_random.NextInt64(TimeSpan.TicksPerDay)) : null,
        Tags = Maybe(() => Enumerable.Range(0, _random.Next(10)).ToDictionary(i => Text() + i, _ => Text())),
        UniqueKey = Maybe(Text),
        IdempotencyKey = Maybe(Text),
        Fingerprint = Coin() ? Bytes(32) : default,
        TraceParent = Maybe(() => $"00-{_random.NextInt64():x32}-{_random.NextInt64():x16}-01"),
        TraceState = Maybe(Text),
    };

    private bool Coin() => _random.Next(2) == 0;

    private T? Maybe<T>(Func<T> make) => Coin() ? make() : default;

    private DateTimeOffset Time() => SampleTasks.Start.AddTicks(_random.NextInt64(-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay));

    private DateTimeOffset? MaybeTime() => Coin() ? Time() : null;

    private byte[] Bytes(int most)
    {
        var bytes = new byte[_random.Next(most)];
        _random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>A result is JSON, or there is none.</summary>
    private byte[] Json() => Coin() ? [] : System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { text = Text(), bytes = Bytes(300) });

    private string Text()
    {
        var text = new StringBuilder();
        for (var i = _random.Next(40); i > 0; i--)
            text.Append(new Rune(_random.Next(4) == 0 ? _random.Next(0x1F300, 0x1F5FF) : _random.Next(0x20, 0x800)));
        return text.ToString();
    }
}

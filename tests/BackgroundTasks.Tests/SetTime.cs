using Microsoft.Extensions.Time.Testing;

namespace BackgroundTasks.Tests;

/// <summary>A fake clock whose wall clock can be set, while its timers and timestamps go on as if nothing had happened.</summary>
internal sealed class SetTime() : FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
{
    private long _by;

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref _by, by.Ticks);

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _by));
}

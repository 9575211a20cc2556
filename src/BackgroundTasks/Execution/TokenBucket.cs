namespace BackgroundTasks.Execution;

/// <summary>
/// The permits of a rate limit: full at first, filled evenly by the clock. Guarded by its owner's lock.
/// A permit weighs one period, and each tick of the clock adds as much as there are permits per period: whole numbers, so nothing drifts.
/// </summary>
internal sealed class TokenBucket
{
    private readonly TimeProvider _timeProvider;
    private readonly Int128 _permit;
    private readonly Int128 _full;
    private readonly int _perTick;
    private Int128 _level;
    private long _filledAt;

    public TokenBucket(BackgroundTaskRateLimit limit, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _perTick = limit.Permits;
        _permit = (Int128)limit.Period.Ticks * timeProvider.TimestampFrequency / TimeSpan.TicksPerSecond;
        _level = _full = _permit * (limit.Burst ?? limit.Permits);
        _filledAt = timeProvider.GetTimestamp();
    }

    public bool HasPermit
    {
        get
        {
            Fill();
            return _level >= _permit;
        }
    }

    /// <summary>How long until a permit comes; never less than it takes.</summary>
    public TimeSpan UntilPermit
    {
        get
        {
            Fill();
            var ticks = (Int128.Max(0, _permit - _level) + _perTick - 1) / _perTick;
            return new TimeSpan((long)(((ticks * TimeSpan.TicksPerSecond) + _timeProvider.TimestampFrequency - 1) / _timeProvider.TimestampFrequency));
        }
    }

    /// <summary>Takes a permit, which there must be.</summary>
    public void Spend() => _level -= _permit;

    public void GiveBack() => _level = Int128.Min(_full, _level + _permit);

    private void Fill()
    {
        var now = _timeProvider.GetTimestamp();
        _level = Int128.Min(_full, _level + ((Int128)(now - _filledAt) * _perTick));
        _filledAt = now;
    }
}

namespace BackgroundTasks;

/// <summary>
/// Tells elapsed time from the wall clock, which people and time servers set while the process runs. Delays, limits and ages are spans of elapsed time:
/// they go by <see cref="SteadyNow"/>. What is shown, and what a client names as a time of day, goes by the wall clock. For stores.
/// </summary>
public sealed class BackgroundTaskClock
{
    /// <summary>Less is not a clock that was set: it is two readings that are not made at once, or a clock that runs a little fast or slow.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(0.5);

    /// <summary>Two readings of the elapsed time that are further apart enclose no reading of the wall clock that belongs to them.</summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromMilliseconds(5);

    private const int MostReadings = 10;

    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private long _skew;

    /// <summary>Both clocks agree from now on.</summary>
    /// <param name="timeProvider">The clocks.</param>
    public BackgroundTaskClock(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        (StartedAt, _start) = (timeProvider.GetUtcNow(), timeProvider.GetTimestamp());
    }

    /// <summary>The clocks themselves, for timers.</summary>
    internal TimeProvider Clocks => _timeProvider;

    /// <summary>What the wall clock showed when this began.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>What the wall clock would show if nobody had set it since.</summary>
    public DateTimeOffset SteadyNow => StartedAt + _timeProvider.GetElapsedTime(_start);

    /// <summary>By how much the wall clock has been set since; zero while nobody did. A wall time less this is a time of <see cref="SteadyNow"/>.</summary>
    public TimeSpan Skew
    {
        get
        {
            for (var reading = 1; reading <= MostReadings; reading++)
            {
                var before = _timeProvider.GetTimestamp();
                var wall = _timeProvider.GetUtcNow();
                var after = _timeProvider.GetTimestamp();
                if (_timeProvider.GetElapsedTime(before, after) > LongestReading)
                    continue;
                var skew = wall - StartedAt - _timeProvider.GetElapsedTime(_start, after);
                if ((skew - new TimeSpan(Interlocked.Read(ref _skew))).Duration() >= Tolerance)
                    Interlocked.Exchange(ref _skew, skew.Ticks);
                break;
            }

            return new TimeSpan(Interlocked.Read(ref _skew));
        }
    }
}

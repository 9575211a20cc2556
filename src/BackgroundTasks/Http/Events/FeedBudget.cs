namespace BackgroundTasks.Http.Events;

/// <summary>
/// What all followers together may cost: bytes a second. Each write counts as many bytes more, for that is what a wake and a call of the system cost.
/// So the more there are who follow, the more events go into one write. For one caller at a time.
/// </summary>
internal sealed class FeedBudget(TimeProvider timeProvider, long bytesPerSecond)
{
    /// <summary>What a write costs beside its bytes.</summary>
    public const int WriteCost = 16 * 1024;

    /// <summary>How much may be saved up, in seconds: a change after a silence is told at once.</summary>
    private const double Burst = 0.25;

    /// <summary>Once it is spent, so much is waited for, in seconds: what changes meanwhile goes out together.</summary>
    private const double Pause = 0.01;

    private double _level = bytesPerSecond * Burst;
    private long _filledAt = timeProvider.GetTimestamp();
    private bool _isSpent;

    /// <summary>Something may be written now.</summary>
    public bool HasRoom
    {
        get
        {
            Fill();
            if (_isSpent && _level >= bytesPerSecond * Pause)
                _isSpent = false;
            return !_isSpent;
        }
    }

    /// <summary>When there is room again.</summary>
    public TimeSpan UntilRoom => TimeSpan.FromSeconds(Math.Max(0.001, Pause - (_level / bytesPerSecond)));

    public void Spend(long bytes)
    {
        _level -= bytes;
        _isSpent = _level <= 0;
    }

    private void Fill()
    {
        var now = timeProvider.GetTimestamp();
        _level = Math.Min(bytesPerSecond * Burst, _level + (timeProvider.GetElapsedTime(_filledAt, now).TotalSeconds * bytesPerSecond));
        _filledAt = now;
    }
}

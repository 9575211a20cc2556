namespace BackgroundTasks.Api.Seed;

/// <summary>The seed's pretend work.</summary>
internal static class SimulatedWork
{
    /// <summary>Holds the calling thread for a time: call it on a thread that may be held.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static void Block(TimeSpan duration, TimeProvider timeProvider, CancellationToken cancellationToken = default)
    {
        using var over = new ManualResetEventSlim();
        using var timer = timeProvider.CreateTimer(_ => over.Set(), null, duration, Timeout.InfiniteTimeSpan);
        over.Wait(cancellationToken);
    }
}

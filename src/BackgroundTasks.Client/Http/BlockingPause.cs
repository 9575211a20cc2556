namespace BackgroundTasks.Client.Http;

/// <summary>A pause of the thread that waits, by the client's clock.</summary>
internal static class BlockingPause
{
    public static void Pause(TimeSpan time, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(time, timeProvider);
        WaitHandle.WaitAny([over.Token.WaitHandle, cancellationToken.WaitHandle]);
        cancellationToken.ThrowIfCancellationRequested();
    }
}

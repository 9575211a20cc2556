namespace BackgroundTasks.Api.Images;

/// <summary>The time that an upload has: by its announced length, or by what has arrived of it if none was announced.</summary>
internal sealed class UploadDeadline : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _either;
    private readonly BackgroundTasksOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly long _begun;
    private readonly long? _length;
    private long _arrived;

    public UploadDeadline(long? length, BackgroundTasksOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        (_length, _options, _timeProvider) = (length, options, timeProvider);
        _begun = timeProvider.GetTimestamp();
        _over = new CancellationTokenSource(Allowed, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
    }

    /// <summary>Cancelled when the time is over, or the client has left.</summary>
    public CancellationToken Token => _either.Token;

    public bool IsOver => _over.IsCancellationRequested;

    public TimeSpan Allowed => _options.BodyTimeoutOf(_length ?? _arrived);

    /// <summary>More has arrived, and brings time with it.</summary>
    /// <param name="bytes">How many bytes.</param>
    public void Arrived(int bytes)
    {
        _arrived += bytes;
        if (_length is null && Allowed - _timeProvider.GetElapsedTime(_begun) is { Ticks: > 0 } left)
            _over.CancelAfter(left);
    }

    public void Dispose()
    {
        _either.Dispose();
        _over.Dispose();
    }
}

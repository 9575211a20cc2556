namespace BackgroundTasks.Client.Http;

/// <summary>Reads a stream of events and gives up once it has been silent for too long: a connection that broke without a word looks like silence.</summary>
internal sealed class GuardedStream(Stream inner, TimeSpan silence, TimeProvider timeProvider) : Stream
{
    private readonly long _start = timeProvider.GetTimestamp();

    /// <summary>From the beginning to the last of it that came.</summary>
    public TimeSpan Alive { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var guard = new CancellationTokenSource(silence, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(guard.Token, cancellationToken);
        try
        {
            var read = await inner.ReadAsync(buffer, either.Token).ConfigureAwait(false);
            if (read > 0)
                Alive = timeProvider.GetElapsedTime(_start);
            return read;
        }
        catch (OperationCanceledException exception) when (guard.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The stream was silent for {silence}.", exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}

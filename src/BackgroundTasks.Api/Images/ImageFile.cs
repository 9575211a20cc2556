namespace BackgroundTasks.Api.Images;

/// <summary>An upload or a picture that is being written: each byte takes its room first. It remembers why a write failed, for callers on the other side of native code.</summary>
internal sealed class ImageFile(FileStream file, Action<long> takeRoom) : Stream
{
    /// <summary>Why the last write failed; null if none did.</summary>
    public ImageNotStoredException? Failure { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => file.Position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            takeRoom(buffer.Length);
            file.Write(buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ImageNotStoredException)
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            takeRoom(buffer.Length);
            await file.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ImageNotStoredException)
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes it to the disk itself: a task that survives a loss of power needs its upload.</summary>
    public void FlushToDisk()
    {
        try
        {
            file.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            throw Failed(exception);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // Nothing is buffered.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private ImageNotStoredException Failed(Exception exception) =>
        Failure = exception as ImageNotStoredException ?? ImageFiles.NotWritten(exception);
}

namespace BackgroundTasks.Http.Events;

/// <summary>One who follows all tasks: how far it has read, and whether it may write. What is said of its place is guarded by the feed.</summary>
internal sealed class FeedFollower : IDisposable
{
    private readonly TaskFeed _feed;
    private readonly StreamSignal _signal;
    private readonly CancellationTokenSource _closing;
    private volatile bool _isClosed;

    public FeedFollower(TaskFeed feed, FeedGroup group, StreamSignal signal, CancellationToken cancellationToken)
    {
        (_feed, _signal, Group, Written) = (feed, signal, group, group.Last);
        _closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Closing = _closing.Token;
    }

    public FeedGroup Group { get; }

    /// <summary>It has written before: one that has just come does not push out those who keep up.</summary>
    public bool HasWritten { get; set; }

    /// <summary>Cancelled when the stream is over, and when the feed closes it: what waits for a client that reads too slowly ends.</summary>
    public CancellationToken Closing { get; }

    /// <summary>The feed has closed it: it was too slow, or changes were missed.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>The last part that it has written.</summary>
    public FeedPart Written { get; set; }

    /// <summary>The last part that it may write now; null while it may write nothing.</summary>
    public FeedPart? Granted { get; set; }

    /// <summary>It waits for its turn.</summary>
    public bool IsInLine { get; set; }

    /// <summary>It neither writes nor waits for its turn.</summary>
    public bool IsIdle => Granted is null && !IsInLine;

    /// <summary>Its turn to write has come.</summary>
    public void Wake() => _signal.Set(StreamWake.Changed);

    /// <summary>It has written what it was granted.</summary>
    public void Done() => _feed.Advance(this);

    /// <summary>Ends its stream, also in the middle of a write.</summary>
    public void Close()
    {
        _isClosed = true;
        _signal.Set(StreamWake.Over);
        ThreadPool.UnsafeQueueUserWorkItem(
            static closing =>
            {
                try
                {
                    closing.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // The stream was over.
                }
            },
            _closing,
            preferLocal: false);
    }

    public void Dispose()
    {
        _feed.Remove(this);
        _closing.Dispose();
    }
}

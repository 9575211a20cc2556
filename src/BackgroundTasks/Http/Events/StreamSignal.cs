namespace BackgroundTasks.Http.Events;

/// <summary>Wakes one stream, for one or many reasons at once. What comes while the stream writes is kept as a flag, however often it comes.</summary>
internal sealed class StreamSignal
{
    private readonly Lock _lock = new();
    private StreamWake _pending;
    private StreamWake _wanted;
    private TaskCompletionSource? _waiting;

    public void Set(StreamWake reason)
    {
        lock (_lock)
        {
            _pending |= reason;
            if ((_pending & _wanted) is StreamWake.None)
                return;
            _wanted = StreamWake.None;
            _waiting?.SetResult();
            _waiting = null;
        }
    }

    /// <summary>Waits for one of these reasons and takes those that have come; others stay for a later wait.</summary>
    public async ValueTask<StreamWake> WaitAsync(StreamWake wanted)
    {
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            if ((_pending & wanted) is StreamWake.None)
            {
                _wanted = wanted;
                _waiting = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (waiting is not null)
            await waiting.Task;
        lock (_lock)
        {
            var reasons = _pending & wanted;
            _pending &= ~reasons;
            return reasons;
        }
    }
}

/// <summary>Why a stream wakes.</summary>
[Flags]
internal enum StreamWake
{
    None = 0,

    /// <summary>There is something new to write.</summary>
    Changed = 1,

    /// <summary>The task's progress is new, and nothing else.</summary>
    Progressed = 2,

    /// <summary>Progress may be written again.</summary>
    Due = 4,

    /// <summary>A comment is due.</summary>
    Tick = 8,

    /// <summary>The client has left, or the process stops.</summary>
    Over = 16,

    Any = Changed | Progressed | Due | Tick | Over,
}

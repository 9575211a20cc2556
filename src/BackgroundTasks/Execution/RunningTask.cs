using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Execution;

/// <summary>One run of a task: its context for the handler, its scope and its token, and why the token was cancelled.</summary>
internal sealed class RunningTask(BackgroundTask task, IServiceScopeFactory scopes, IBackgroundTaskStore store) : BackgroundTaskContext, IDisposable
{
    private const int MaxMessageLength = 250;

    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _lock = new();
    private IServiceScope? _scope;
    private int _reports;
    private IDisposable? _overstay;
    private bool _handlerReturned;
    private bool _over;

    public override Guid Id => task.Id;

    public override string Type => task.Type;

    public override int Attempt => task.Attempt + 1;

    /// <summary>The run that this becomes when its start is stored.</summary>
    public int Run => task.Run + 1;

    /// <summary>The version of that start.</summary>
    public long StartVersion => task.Version + 1;

    /// <summary>Why the token was cancelled; null while it is not.</summary>
    public CancelReason? Reason { get; private set; }

    /// <summary>The payload, if the task has not carried it along.</summary>
    public LoadedPayload? Loaded { get; set; }

    /// <summary>What it reported last; of several at once, any.</summary>
    public BackgroundTaskProgress? Progress { get; private set; }

    /// <summary>What its handler is called with, as JSON.</summary>
    public ReadOnlyMemory<byte> Payload => Loaded?.Json ?? task.Submission.Payload;

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Made when first asked for: a handler without scoped services costs no scope.</summary>
    public override IServiceProvider Services
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_handlerReturned, this);
                return (_scope ??= scopes.CreateScope()).ServiceProvider;
            }
        }
    }

    public override void ReportProgress(double? percent, string? message = null)
    {
        if (percent is { } given)
            percent = double.IsNaN(given) ? null : Math.Clamp(given, 0, 100);
        if (message?.Length > MaxMessageLength)
            message = message[..(char.IsHighSurrogate(message[MaxMessageLength - 1]) ? MaxMessageLength - 1 : MaxMessageLength)];
        store.Report(Id, Run, Progress = new BackgroundTaskProgress(Interlocked.Increment(ref _reports), percent, message));
    }

    /// <summary>Cancels the token, once; the first reason counts. The handler's callbacks run on the thread pool, not on the caller.</summary>
    /// <returns>Whether this call did it.</returns>
    public bool Cancel(CancelReason reason, Action<Exception> onCallbackFailed)
    {
        lock (_lock)
        {
            if (_over || Reason is not null)
                return false;
            Reason = reason;
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                try
                {
                    state.Source.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // The handler returned before the cancel reached it.
                }
                catch (AggregateException exception)
                {
                    state.OnCallbackFailed(exception);
                }
            },
            (Source: _cancellation, OnCallbackFailed: onCallbackFailed),
            preferLocal: false);
        return true;
    }

    /// <summary>Tells that the handler does not heed its token; given up when it has returned.</summary>
    public IDisposable? Overstay
    {
        get => _overstay;
        set
        {
            lock (_lock)
            {
                if (!_handlerReturned)
                    _overstay = value;
                else
                    value?.Dispose();
            }
        }
    }

    /// <summary>The handler has returned: disposes its scope. That belongs to the attempt, so a cancel still reaches the token. What it disposes may throw, or never end.</summary>
    public ValueTask EndScopeAsync()
    {
        IServiceScope? scope;
        lock (_lock)
        {
            _handlerReturned = true;
            scope = _scope;
            _overstay?.Dispose();
        }

        return scope is null ? default : new AsyncServiceScope(scope).DisposeAsync();
    }

    /// <summary>The run is over: nothing cancels its token any more.</summary>
    public void Dispose()
    {
        lock (_lock)
            (_over, _handlerReturned) = (true, true);
        _overstay?.Dispose();
        _cancellation.Dispose();
        Loaded?.Dispose();
    }
}

/// <summary>Why a run's token was cancelled.</summary>
internal enum CancelReason
{
    /// <summary>A client asked for it.</summary>
    Requested,

    /// <summary>The attempt's time is over.</summary>
    Timeout,

    /// <summary>The process stops, and the drain time is over.</summary>
    Shutdown,

    /// <summary>The store has the task no longer as this run's: its end would change nothing.</summary>
    Lost,
}

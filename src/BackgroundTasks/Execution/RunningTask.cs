using Microsoft.Extensions.DependencyInjection;

namespace BackgroundTasks.Execution;

/// <summary>One run of a task: its context for the handler, its scope and its token, and why the token was cancelled.</summary>
internal sealed class RunningTask(BackgroundTask task, IServiceScopeFactory scopes, IBackgroundTaskStore store) : BackgroundTaskContext, IAsyncDisposable
{
    private const int MaxMessageLength = 250;

    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _lock = new();
    private AsyncServiceScope? _scope;
    private long _reports;
    private IDisposable? _overstay;
    private bool _over;

    public override Guid Id => task.Id;

    public override string Type => task.Type;

    public override int Attempt { get; } = task.Attempt + 1;

    /// <summary>The run that this becomes when its start is stored.</summary>
    public int Run { get; } = task.Run + 1;

    /// <summary>Why the token was cancelled; null while it is not.</summary>
    public CancelReason? Reason { get; private set; }

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Made when first asked for: a handler without scoped services costs no scope.</summary>
    public override IServiceProvider Services
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_over, this);
                return (_scope ??= scopes.CreateAsyncScope()).ServiceProvider;
            }
        }
    }

    public override void ReportProgress(double? percent, string? message = null)
    {
        if (percent is { } given)
            percent = double.IsNaN(given) ? null : Math.Clamp(given, 0, 100);
        if (message?.Length > MaxMessageLength)
            message = message[..(char.IsHighSurrogate(message[MaxMessageLength - 1]) ? MaxMessageLength - 1 : MaxMessageLength)];
        store.Report(Id, Run, new BackgroundTaskProgress(Interlocked.Increment(ref _reports), percent, message));
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

    /// <summary>Tells that the handler does not heed its token; given up at the end.</summary>
    public IDisposable? Overstay
    {
        get => _overstay;
        set
        {
            lock (_lock)
            {
                if (!_over)
                    _overstay = value;
                else
                    value?.Dispose();
            }
        }
    }

    /// <summary>Ends the scope; what it disposes may fail, and that is the attempt's failure.</summary>
    public async ValueTask DisposeAsync()
    {
        AsyncServiceScope? scope;
        lock (_lock)
        {
            if (_over)
                return;
            _over = true;
            scope = _scope;
            _overstay?.Dispose();
        }

        _cancellation.Dispose();
        if (scope is { } opened)
            await opened.DisposeAsync();
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
}

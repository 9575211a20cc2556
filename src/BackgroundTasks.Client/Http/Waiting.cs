namespace BackgroundTasks.Client.Http;

/// <summary>The time of one wait: until when, and how long the service is asked to hold the next answer.</summary>
internal sealed class Waiting : IDisposable
{
    /// <summary>The longest that a timer can be set to, about.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(int.MaxValue);

    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _pollWait;
    private readonly TimeSpan _timeout;
    private readonly long _start;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _caller;
    private long _asked;

    public Waiting(string id, TimeSpan timeout, TimeSpan pollWait, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout <= TimeSpan.Zero || timeout.TotalMilliseconds > int.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "Wait for more than no time and less than 24 days, or for Timeout.InfiniteTimeSpan.");
        (Id, _timeout, _pollWait, _timeProvider, _caller) = (id, timeout, pollWait, timeProvider, cancellationToken);
        _start = timeProvider.GetTimestamp();
        _deadline = new CancellationTokenSource(timeout, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
    }

    public string Id { get; }

    /// <summary>Cancelled when the time is over, or the caller has had enough.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>The time is over, and the caller did not cancel.</summary>
    public bool IsOver => _deadline.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>The task as it was last seen.</summary>
    public BackgroundTaskSnapshot? Last { get; set; }

    public Call Next(string? ifNoneMatch = null)
    {
        _asked = _timeProvider.GetTimestamp();
        var left = _timeout == Timeout.InfiniteTimeSpan ? _pollWait : _timeout - _timeProvider.GetElapsedTime(_start);

        // Whole seconds, as the preference has them: what is more than is left, the deadline cuts off. Of less than one, the answer is not held.
        var wait = TimeSpan.FromSeconds(Math.Min(Math.Max(1, Math.Ceiling(left.TotalSeconds)), Math.Floor(_pollWait.TotalSeconds)));
        return new Call(HttpMethod.Get, Paths.Task(Id)) { Wait = wait, IfNoneMatch = ifNoneMatch };
    }

    /// <summary>
    /// How long to pause before the next request. None after an answer that was held. One that came at once comes from a service that stops,
    /// or from something between that drops the preference: asking on without a pause would be a storm.
    /// </summary>
    public TimeSpan PauseAfter(Answer answer)
    {
        var least = answer.RetryAfter is { } after && after > TimeSpan.Zero ? after : TimeSpan.FromSeconds(1);
        var held = _timeProvider.GetElapsedTime(_asked);
        if (held >= TimeSpan.FromSeconds(1))
            return TimeSpan.Zero;
        return least < LongestPause ? least : LongestPause;
    }

    /// <summary>What the end of the wait is to the caller: its time is over, or the caller has canceled it.</summary>
    public Exception EndedBy(OperationCanceledException exception) =>
        IsOver ? new BackgroundTaskNotFinishedException(Id, Last, _timeout) : new OperationCanceledException(exception.Message, exception, _caller);

    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
    }
}

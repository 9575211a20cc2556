namespace BackgroundTasks.Execution;

/// <summary>Many deadlines on one timer, which is armed for the earliest. What is given up leaves nothing behind but its place, and half of the places being such sweeps them.</summary>
internal sealed class Deadlines : IDisposable
{
    /// <summary>Timers refuse more than 49 days: for what is further off the timer is armed again on the way.</summary>
    private static readonly TimeSpan LongestArming = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private PriorityQueue<Deadline, long> _queue = new();
    private long _armedFor = long.MaxValue;
    private int _givenUp;

    public Deadlines(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Calls back once, on a pool thread, when the time is over. The callback must be quick and must not throw.</summary>
    public Deadline Add(TimeSpan dueIn, Action onDue) => Add(_timeProvider.GetTimestamp(), dueIn, onDue);

    /// <summary>As the other, for time that is counted from an earlier timestamp.</summary>
    public Deadline Add(long from, TimeSpan dueIn, Action onDue)
    {
        // Half of what there is: further off is never, and must not come round as a time long over.
        var dueAt = from + (long)Math.Round(Math.Min(dueIn.TotalSeconds * _timeProvider.TimestampFrequency, long.MaxValue / 2));
        var deadline = new Deadline(this, onDue);
        lock (_lock)
        {
            _queue.Enqueue(deadline, dueAt);
            Arm();
        }

        return deadline;
    }

    public void Dispose() => _timer.Dispose();

    internal void GiveUp()
    {
        lock (_lock)
        {
            if (++_givenUp <= 64 + (_queue.Count / 2))
                return;
            _queue = new(_queue.UnorderedItems.Where(item => item.Element.IsOpen));
            _givenUp = 0;
        }
    }

    private void Fire()
    {
        List<Deadline> due = [];
        lock (_lock)
        {
            _armedFor = long.MaxValue;
            var now = _timeProvider.GetTimestamp();
            while (_queue.TryPeek(out var deadline, out var dueAt) && dueAt <= now)
            {
                _queue.Dequeue();
                due.Add(deadline);
            }

            Arm();
        }

        foreach (var deadline in due)
            deadline.Fire();
    }

    private void Arm()
    {
        if (!_queue.TryPeek(out _, out var earliest) || earliest >= _armedFor)
            return;
        _armedFor = earliest;
        var left = _timeProvider.GetElapsedTime(_timeProvider.GetTimestamp(), earliest);

        if (left > LongestArming)
            left = LongestArming;

        // Timers count whole milliseconds: rounded up, or it would fire too early and again at once.
        _timer.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);

        // A clock that was moved on between the reading and the arming has passed it by.
        if (left > TimeSpan.Zero && _timeProvider.GetTimestamp() >= earliest)
            _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>One deadline; disposed, it is given up.</summary>
    internal sealed class Deadline(Deadlines owner, Action onDue) : IDisposable
    {
        private Action? _onDue = onDue;

        public bool IsOpen => Volatile.Read(ref _onDue) is not null;

        public void Fire() => Interlocked.Exchange(ref _onDue, null)?.Invoke();

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _onDue, null) is not null)
                owner.GiveUp();
        }
    }
}

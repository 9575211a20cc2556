namespace BackgroundTasks.Http.Events;

/// <summary>The one timer of all streams, for the comment that keeps proxies from closing them. It runs only while there are streams.</summary>
internal sealed class EventTicker(TimeProvider timeProvider) : IDisposable
{
    /// <summary>What the WHATWG's specification advises: "every 15 seconds or so".</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly HashSet<StreamSignal> _streams = [];
    private ITimer? _timer;

    public int Count
    {
        get
        {
            lock (_lock)
                return _streams.Count;
        }
    }

    /// <summary>Ticks for a stream until what it returns is disposed; the first time after one period at the latest.</summary>
    public IDisposable Add(StreamSignal stream)
    {
        lock (_lock)
        {
            _streams.Add(stream);
            _timer ??= StartTimer();
        }

        return new Registration(this, stream);
    }

    public void Dispose() => _timer?.Dispose();

    private ITimer StartTimer()
    {
        // The timer outlives the request that happens to start it, and must not hold on to its context.
        if (ExecutionContext.IsFlowSuppressed())
            return Create();
        using (ExecutionContext.SuppressFlow())
            return Create();

        ITimer Create() => timeProvider.CreateTimer(static state => ((EventTicker)state!).Tick(), this, Period, Period);
    }

    private void Tick()
    {
        lock (_lock)
        {
            foreach (var stream in _streams)
                stream.Set(StreamWake.Tick);
        }
    }

    private void Remove(StreamSignal stream)
    {
        lock (_lock)
        {
            _streams.Remove(stream);
            if (_streams.Count > 0)
                return;
            _timer?.Dispose();
            _timer = null;
        }
    }

    private sealed class Registration(EventTicker ticker, StreamSignal stream) : IDisposable
    {
        public void Dispose() => ticker.Remove(stream);
    }
}

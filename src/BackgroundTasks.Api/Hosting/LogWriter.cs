namespace BackgroundTasks.Api.Hosting;

/// <summary>
/// Writes what any thread logs to one output, many entries at a time and in order, on a thread of its own: at most 100 ms after the first of them, at once
/// if they are many or one is urgent, and when it is disposed of. Nobody waits for the output. If it is slower than its entries, or fails, entries are lost;
/// they are counted, and told when it works again.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    /// <summary>How many characters may wait; more than that is lost.</summary>
    public const int MostWaiting = 4 * 1024 * 1024;

    private const int Many = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>For an output that hangs: the process ends all the same.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    /// <summary>Not disposed of: who logs after the end must not fail.</summary>
    private readonly AutoResetEvent _due = new(initialState: false);
    private readonly TextWriter _output;
    private readonly Action<Exception> _failed;
    private readonly Action<long> _lost;
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private char[] _waiting = new char[Many];
    private char[] _spare = new char[Many];
    private int _length;
    private int _count;
    private long _lostCount;
    private bool _isDue;
    private bool _isFailing;
    private volatile bool _isEnding;

    /// <summary>Starts its thread.</summary>
    /// <param name="output">Is disposed of by the writer.</param>
    /// <param name="failed">Called at the first write that fails, and again only after one that works.</param>
    /// <param name="lost">Called after a write that works, with the number of entries that were lost before it.</param>
    /// <param name="timeProvider">The clock.</param>
    public LogWriter(TextWriter output, Action<Exception> failed, Action<long> lost, TimeProvider timeProvider)
    {
        (_output, _failed, _lost) = (output, failed, lost);
        _timer = timeProvider.CreateTimer(static writer => ((LogWriter)writer!)._due.Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { IsBackground = true, Name = "Log" };
        _thread.Start();
    }

    /// <summary>Adds an entry.</summary>
    /// <param name="entry">Its text, with its line break.</param>
    /// <param name="isUrgent">Whether to write it at once.</param>
    public void Add(ReadOnlySpan<char> entry, bool isUrgent = false)
    {
        bool isFirst, isDue;
        lock (_lock)
        {
            if (entry.Length > MostWaiting - _length)
            {
                _lostCount++;
                return;
            }

            if (entry.Length > _waiting.Length - _length)
                Array.Resize(ref _waiting, Math.Min(MostWaiting, Math.Max(2 * _waiting.Length, _length + entry.Length)));
            entry.CopyTo(_waiting.AsSpan(_length));
            _length += entry.Length;
            isFirst = _count++ == 0;
            isDue = !_isDue && (isUrgent || _length >= Many);
            _isDue |= isDue;
        }

        if (isDue)
            _due.Set();
        else if (isFirst)
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes what waits and closes the output.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _due.Set();
        _thread.Join(EndTimeout);
        _timer.Dispose();
    }

    private void Run()
    {
        while (!_isEnding)
        {
            _due.WaitOne();
            Write();
        }

        // What the last write had to tell.
        Write();
        _output.Dispose();
    }

    private void Write()
    {
        char[] entries;
        int length, count;
        long lost;
        lock (_lock)
        {
            (entries, length, count, lost) = (_waiting, _length, _count, _lostCount);
            (_waiting, _spare, _length, _count, _isDue) = (_spare, entries, 0, 0, false);
        }

        if (length == 0)
            return;
        try
        {
            _output.Write(entries, 0, length);
            _output.Flush();
        }
        catch (Exception exception)
        {
            // The boundary to the output: whatever fails there must not end the process.
            lock (_lock)
                _lostCount += count;
            if (!_isFailing)
                _failed(exception);
            _isFailing = true;
            return;
        }

        _isFailing = false;
        if (lost == 0)
            return;
        lock (_lock)
            _lostCount -= lost;
        _lost(lost);
    }
}

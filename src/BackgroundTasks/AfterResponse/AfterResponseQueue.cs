using System.Diagnostics.CodeAnalysis;
using Work = System.Func<System.IServiceProvider, System.Threading.CancellationToken, System.Threading.Tasks.Task>;

namespace BackgroundTasks.AfterResponse;

/// <summary>
/// The lists that wait, first in, first out, and how many runs work them off. Not a channel, because what a drain asks
/// (has all that came until now run? how much is lost?) wants one lock over waiting and running together.
/// </summary>
internal sealed class AfterResponseQueue(int concurrency)
{
    private readonly Lock _lock = new();
    private readonly Queue<AfterResponseEntry> _waiting = new();
    private AfterResponseWave _wave = new();
    private Task _earlierWaves = Task.CompletedTask;
    private int _runs;
    private int _unfinished;
    private bool _closed;

    /// <summary>Nothing is left to wait for: all that came has run, or was given up.</summary>
    public bool IsDone
    {
        get
        {
            lock (_lock) return _closed || _unfinished == 0;
        }
    }

    /// <summary>False once closed.</summary>
    /// <param name="work">The work of one request.</param>
    /// <param name="startsRun">One more run is wanted: the caller starts it, and it takes until there is no more.</param>
    public bool TryAdd(IReadOnlyList<Work> work, out bool startsRun)
    {
        lock (_lock)
        {
            startsRun = !_closed && _runs < concurrency;
            if (_closed) return false;
            _waiting.Enqueue(new AfterResponseEntry(work, _wave));
            _wave.Enter();
            _unfinished += work.Count;
            if (startsRun) _runs++;
            return true;
        }
    }

    /// <summary>The next list; false ends the run that asks.</summary>
    public bool TryTake([NotNullWhen(true)] out AfterResponseEntry? entry)
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out entry)) return true;
            _runs--;
            return false;
        }
    }

    /// <summary>One piece has run, well or badly.</summary>
    public void PieceEnded()
    {
        lock (_lock) _unfinished--;
    }

    /// <summary>A list that was taken has run, or its rest was given up.</summary>
    public void Ended(AfterResponseEntry entry)
    {
        lock (_lock) entry.Wave.Leave();
    }

    /// <summary>Completes when all that came until now has run; what comes later, as it does while the server still listens, is not waited for.</summary>
    public Task WaitForAllUntilNowAsync()
    {
        lock (_lock)
        {
            _earlierWaves = Task.WhenAll(_earlierWaves, _wave.EndAsync());
            _wave = new AfterResponseWave();
            return _earlierWaves;
        }
    }

    /// <summary>Drops what waits and takes no more.</summary>
    /// <returns>The pieces that wait or run, and those of them in lists that had not begun; none when it was closed before.</returns>
    public (int Unfinished, int Dropped) Close()
    {
        lock (_lock)
        {
            if (_closed) return (0, 0);
            _closed = true;
            var dropped = 0;
            while (_waiting.TryDequeue(out var entry))
            {
                dropped += entry.Work.Count;
                entry.Wave.Leave();
            }

            var unfinished = _unfinished;
            _unfinished -= dropped;
            return (unfinished, dropped);
        }
    }
}

/// <summary>A list in the queue.</summary>
/// <param name="Work">The work of one request.</param>
/// <param name="Wave">The wave with which it came.</param>
internal sealed record AfterResponseEntry(IReadOnlyList<Work> Work, AfterResponseWave Wave);

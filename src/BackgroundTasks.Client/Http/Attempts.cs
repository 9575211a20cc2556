namespace BackgroundTasks.Client.Http;

/// <summary>What became of the attempts of one call so far.</summary>
internal sealed class Attempts(Call call, TimeSpan limit, TimeProvider timeProvider)
{
    private readonly long _start = timeProvider.GetTimestamp();
    private bool _doubtfulBefore;

    public Call Call => call;

    public int Count { get; private set; }

    /// <summary>The answer to the last attempt; null where it was lost.</summary>
    public Answer? Last { get; set; }

    /// <summary>Why the last attempt was lost; null where it was answered.</summary>
    public Exception? Lost { get; set; }

    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_start);

    /// <summary>Whether the service may have done what it was asked for, by any attempt so far, though its answer does not say so.</summary>
    public bool Doubtful { get; private set; }

    public TimeSpan Left => limit - Elapsed;

    public void Begin()
    {
        Count++;
        (Last, Lost) = (null, null);
        (_doubtfulBefore, Doubtful) = (Doubtful, true);
    }

    /// <summary>This attempt has done nothing, or has told what.</summary>
    public void Settle() => Doubtful = _doubtfulBefore;
}

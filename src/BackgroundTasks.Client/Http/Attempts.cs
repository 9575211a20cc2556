namespace BackgroundTasks.Client.Http;

/// <summary>What became of the attempts of one call so far.</summary>
internal sealed class Attempts(Call call, TimeSpan limit, TimeProvider timeProvider)
{
    private readonly long _start = timeProvider.GetTimestamp();

    public Call Call => call;

    public int Count { get; set; }

    /// <summary>The answer to the last attempt; null where it was lost.</summary>
    public Answer? Last { get; set; }

    /// <summary>Why the last attempt was lost; null where it was answered.</summary>
    public Exception? Lost { get; set; }

    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_start);

    public TimeSpan Left => limit - Elapsed;
}

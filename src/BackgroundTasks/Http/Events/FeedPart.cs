namespace BackgroundTasks.Http.Events;

/// <summary>Some framed events, written once and shared by all followers with the same filter. A follower's place is a part; what all have passed is collected.</summary>
/// <param name="ranges">The events, in order.</param>
/// <param name="start">How many bytes the feed had written before: tells how far behind is who has yet to read it.</param>
internal sealed class FeedPart(IReadOnlyList<ReadOnlyMemory<byte>> ranges, long start)
{
    public IReadOnlyList<ReadOnlyMemory<byte>> Ranges => ranges;

    public int Length { get; } = ranges.Sum(range => range.Length);

    public long Start => start;

    /// <summary>What was written after it; null at the end.</summary>
    public FeedPart? Next { get; set; }
}

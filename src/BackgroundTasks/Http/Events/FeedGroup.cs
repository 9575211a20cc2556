namespace BackgroundTasks.Http.Events;

/// <summary>The followers with the same filter at the same path: what one of them is sent, all are.</summary>
internal sealed class FeedGroup(FeedKey key, BackgroundTaskFilter filter, long start)
{
    public FeedKey Key => key;

    public BackgroundTaskFilter Filter => filter;

    public HashSet<FeedFollower> Followers { get; } = [];

    /// <summary>The part that was written last.</summary>
    public FeedPart Last { get; private set; } = new([], start);

    public void Append(FeedPart part)
    {
        Last.Next = part;
        Last = part;
    }
}

/// <summary>What followers must have in common to be sent the same bytes.</summary>
/// <param name="Prefix">What the links begin with.</param>
/// <param name="Type">The task type; null: any.</param>
/// <param name="Queue">The queue; null: any.</param>
/// <param name="States">The states, a bit each; 0: any.</param>
internal readonly record struct FeedKey(string Prefix, string? Type, string? Queue, int States)
{
    public static FeedKey Of(BackgroundTaskFilter filter, string prefix) =>
        new(prefix, filter.Type, filter.Queue, filter.States.Aggregate(0, static (bits, state) => bits | (1 << (int)state)));
}

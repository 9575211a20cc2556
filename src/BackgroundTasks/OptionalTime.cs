namespace BackgroundTasks;

/// <summary>A time in UTC, or none, in a third of the room of a nullable one: a snapshot has four, and a task goes through three snapshots at least.</summary>
internal readonly struct OptionalTime
{
    /// <summary>One more than the ticks, so that zero is none.</summary>
    private readonly long _ticksAndOne;

    private OptionalTime(DateTimeOffset? time) => _ticksAndOne = time?.UtcTicks + 1 ?? 0;

    public static implicit operator OptionalTime(DateTimeOffset? time) => new(time);

    public static implicit operator DateTimeOffset?(OptionalTime time) => time._ticksAndOne == 0 ? null : new DateTimeOffset(time._ticksAndOne - 1, TimeSpan.Zero);
}

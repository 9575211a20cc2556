namespace BackgroundTasks.Execution;

/// <summary>What decides which of two ready tasks runs first: the higher priority, then the earlier turn of its tenant, then the earlier arrival.</summary>
internal readonly record struct ReadyKey(int Priority, long Turn, long Sequence) : IComparable<ReadyKey>
{
    public int CompareTo(ReadyKey other) =>
        Priority != other.Priority ? other.Priority.CompareTo(Priority)
        : Turn != other.Turn ? Turn.CompareTo(other.Turn)
        : Sequence.CompareTo(other.Sequence);
}

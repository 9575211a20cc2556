namespace BackgroundTasks.Stores;

/// <summary>Which entries of an index a list looks at: those below an id, in some states, and of a time of creation. Ids carry their time, so that a time is a place in the order.</summary>
internal readonly record struct IndexQuery(UInt128 Below, IndexMarks States, UInt128 From, UInt128 To)
{
    /// <summary>How far the time in an id may be from its task's creation before the task is a stray.</summary>
    private static readonly TimeSpan Tolerance = BackgroundTaskIds.Tolerance;

    /// <summary>No bound: what is below it, and the highest id itself.</summary>
    public static readonly UInt128 Highest = UInt128.MaxValue;

    /// <summary>Everything in some states.</summary>
    public static IndexQuery All(IndexMarks states) => new(Highest, states, 0, Highest);

    /// <param name="filter">What is listed.</param>
    /// <param name="below">Only ids below this one.</param>
    /// <param name="first">The first of the three states of the index.</param>
    public static IndexQuery Of(BackgroundTaskFilter filter, Guid? below, BackgroundTaskState first)
    {
        var states = filter.States.Count == 0 ? IndexMarks.First | IndexMarks.Second | IndexMarks.Third : IndexMarks.None;
        foreach (var state in filter.States)
        {
            if (state >= first && state < first + 3)
                states |= MarkOf(state);
        }

        return new(
            below is { } id ? KeyOf(id) : Highest,
            states,
            filter.CreatedAfter is { } after ? KeyOf(BackgroundTaskIds.LowestAt(after, -Tolerance)) : 0,
            filter.CreatedBefore is { } before ? KeyOf(BackgroundTaskIds.LowestAt(before, Tolerance + TimeSpan.FromMilliseconds(1))) : Highest);
    }

    public static IndexMarks MarksOf(BackgroundTask task) => MarksOf(task.State, task.Id, task.Submission.CreatedAt);

    public static IndexMarks MarksOf(BackgroundTaskState state, Guid id, DateTimeOffset createdAt) =>
        MarkOf(state) | (BackgroundTaskIds.IsStray(id, createdAt) ? IndexMarks.Stray : IndexMarks.None);

    public static UInt128 KeyOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static Guid IdOf(UInt128 key)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, key);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Whether an entry is looked at.</summary>
    public bool Selects(UInt128 key, IndexMarks marks) =>
        (marks & States) != 0 && IsBelow(key, Below) && ((key >= From && IsBelow(key, To)) || (marks & IndexMarks.Stray) != 0);

    /// <summary>Whether a chunk can hold an entry that is looked at.</summary>
    public bool MaySelect<T>(OrderedChunk<T> chunk) =>
        chunk.Has(States) && ((IsBelow(chunk.First, To) && chunk.Last >= From) || chunk.Has(IndexMarks.Stray));

    private static bool IsBelow(UInt128 key, UInt128 bound) => key < bound || bound == Highest;

    private static IndexMarks MarkOf(BackgroundTaskState state) => (IndexMarks)(1 << ((int)state % 3));
}

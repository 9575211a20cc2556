namespace BackgroundTasks.Stores;

/// <summary>
/// The chunks of the index, and for each state those that hold something in it: a list of the few that failed does not pass through
/// all that succeeded. One writer at a time, readers at any time.
/// </summary>
internal sealed class ChunkLists
{
    private readonly IndexChunks[] _byState = [IndexChunks.Empty, IndexChunks.Empty, IndexChunks.Empty];
    private volatile IndexChunks _all = IndexChunks.Empty;

    public IndexChunks All => _all;

    /// <summary>The entry of a sequence, in a new chunk if need be.</summary>
    public IndexSlot GetOrAdd(long sequence)
    {
        if (_all.Find(sequence) is { } slot)
            return slot;
        var chunk = new IndexChunk(sequence >> IndexChunk.Bits);
        _all = _all.With(chunk);
        return new(chunk, (int)(sequence % IndexChunk.Size));
    }

    public void Mark(IndexSlot slot, BackgroundTaskState state)
    {
        ref var chunks = ref _byState[state - BackgroundTaskState.Succeeded];
        if (slot.Chunk.Mark(slot.Number, state))
            Volatile.Write(ref chunks, chunks.With(slot.Chunk));
    }

    /// <summary>Takes an entry out of its state, and its chunk out of the lists where that is empty then.</summary>
    public void Unmark(IndexSlot slot, BackgroundTaskState state)
    {
        ref var chunks = ref _byState[state - BackgroundTaskState.Succeeded];
        if (slot.Chunk.Unmark(slot.Number, state))
            Volatile.Write(ref chunks, chunks.Without(slot.Chunk));
        if (slot.Chunk.IsEmpty)
            _all = _all.Without(slot.Chunk);
    }

    /// <summary>The entries below a sequence in one of the states, the highest first.</summary>
    public IEnumerable<IndexSlot> Descend(long below, TerminalStates states)
    {
        while (FindChunk((below - 1) >> IndexChunk.Bits, states) is { } chunk)
        {
            var slot = (int)Math.Min(below - chunk.Start, IndexChunk.Size);
            while ((slot = chunk.FindBelow(slot, states)) >= 0)
                yield return new(chunk, slot);
            below = chunk.Start;
        }
    }

    private IndexChunk? FindChunk(long atMost, TerminalStates states)
    {
        if (states == TerminalStates.All)
            return _all.FindAtOrBelow(atMost);

        IndexChunk? highest = null;
        for (var state = 0; state < _byState.Length; state++)
        {
            if (states.Has(state) && Volatile.Read(ref _byState[state]).FindAtOrBelow(atMost) is { } chunk && !(chunk.Number < highest?.Number))
                highest = chunk;
        }

        return highest;
    }
}

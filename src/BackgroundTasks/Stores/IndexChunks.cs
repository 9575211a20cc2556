namespace BackgroundTasks.Stores;

/// <summary>Chunks by number. Never changes: the writer publishes another one, once in a thousand tasks.</summary>
internal sealed class IndexChunks
{
    public static readonly IndexChunks Empty = new([], []);
    private readonly long[] _numbers;
    private readonly IndexChunk[] _chunks;

    private IndexChunks(long[] numbers, IndexChunk[] chunks) => (_numbers, _chunks) = (numbers, chunks);

    /// <summary>No sequence below it is held.</summary>
    public long Start => _chunks.Length == 0 ? 0 : _numbers[0] << IndexChunk.Bits;

    /// <summary>No sequence from it on is held.</summary>
    public long End => _chunks.Length == 0 ? 0 : (_numbers[^1] + 1) << IndexChunk.Bits;

    /// <summary>The entry of a sequence, if there is a chunk for it.</summary>
    public IndexSlot? Find(long sequence) => PositionOf(sequence >> IndexChunk.Bits) is >= 0 and var position
        ? new(_chunks[position], (int)(sequence % IndexChunk.Size))
        : null;

    /// <summary>The highest chunk whose number is not above another one.</summary>
    public IndexChunk? FindAtOrBelow(long number)
    {
        var position = PositionOf(number);
        if (position < 0)
            position = ~position - 1;
        return position < 0 ? null : _chunks[position];
    }

    public IndexChunks With(IndexChunk chunk)
    {
        var position = ~PositionOf(chunk.Number);
        return new(
            [.. _numbers.AsSpan(..position), chunk.Number, .. _numbers.AsSpan(position..)],
            [.. _chunks.AsSpan(..position), chunk, .. _chunks.AsSpan(position..)]);
    }

    public IndexChunks Without(IndexChunk chunk)
    {
        var position = PositionOf(chunk.Number);
        return new(
            [.. _numbers.AsSpan(..position), .. _numbers.AsSpan((position + 1)..)],
            [.. _chunks.AsSpan(..position), .. _chunks.AsSpan((position + 1)..)]);
    }

    private int PositionOf(long number)
    {
        // Most often the chunks follow each other without a gap.
        if (_numbers.Length > 0 && number - _numbers[0] is >= 0 and var guess && guess < _numbers.Length && _numbers[guess] == number)
            return (int)guess;
        return Array.BinarySearch(_numbers, number);
    }
}

/// <summary>One entry of the index.</summary>
internal readonly record struct IndexSlot(IndexChunk Chunk, int Number)
{
    public long Place => Chunk.PlaceOf(Number);
}

using System.Numerics;

namespace BackgroundTasks.Stores;

/// <summary>
/// The places of 1,024 neighbours in sequence, and which of them are in which terminal state. One writer at a time, readers at any time:
/// a bit is a hint, and the record at the place is the truth.
/// </summary>
internal sealed class IndexChunk(long number)
{
    public const int Bits = 10;
    public const int Size = 1 << Bits;
    private const int Words = Size / 64;
    private const int States = 3;
    private readonly long[] _places = new long[Size];
    private readonly ulong[] _bits = new ulong[States * Words];
    private readonly int[] _counts = new int[States];

    public long Number => number;

    /// <summary>The lowest sequence in it.</summary>
    public long Start => number << Bits;

    public bool IsEmpty => Array.TrueForAll(_counts, count => count == 0);

    /// <summary>Where the record is; 0: nowhere.</summary>
    public long PlaceOf(int slot) => Volatile.Read(ref _places[slot]);

    public void Move(int slot, long place) => Volatile.Write(ref _places[slot], place);

    /// <returns>Whether it is the first of its state.</returns>
    public bool Mark(int slot, BackgroundTaskState state)
    {
        var number = state - BackgroundTaskState.Succeeded;
        _bits[(number * Words) + (slot / 64)] |= 1UL << (slot % 64);
        return ++_counts[number] == 1;
    }

    /// <returns>Whether it was the last of its state.</returns>
    public bool Unmark(int slot, BackgroundTaskState state)
    {
        var number = state - BackgroundTaskState.Succeeded;
        _bits[(number * Words) + (slot / 64)] &= ~(1UL << (slot % 64));
        return --_counts[number] == 0;
    }

    /// <summary>The highest slot below another one whose task is in one of the states; −1: none.</summary>
    public int FindBelow(int slot, TerminalStates states)
    {
        var mask = (1UL << (slot % 64)) - 1;
        for (var word = slot / 64; word >= 0; word--, mask = ulong.MaxValue)
        {
            // The word past the last one is asked for when a chunk is read from its end: nothing is in it.
            var bits = word == Words ? 0 : BitsOf(word, states) & mask;
            if (bits != 0)
                return (word * 64) + BitOperations.Log2(bits);
        }

        return -1;
    }

    private ulong BitsOf(int word, TerminalStates states)
    {
        var bits = 0UL;
        for (var state = 0; state < States; state++)
        {
            if (states.Has(state))
                bits |= Volatile.Read(ref _bits[(state * Words) + word]);
        }

        return bits;
    }
}

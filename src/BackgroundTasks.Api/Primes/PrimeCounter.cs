namespace BackgroundTasks.Api.Primes;

/// <summary>
/// Counts primes with a segmented sieve of Eratosthenes. Only odd numbers have a place, one byte each: a byte is written faster than a bit,
/// and a segment stays in the processor's cache, so that the time grows with the numbers and the memory does not.
/// </summary>
internal static class PrimeCounter
{
    /// <summary>The numbers of one segment, half of which are odd. It is sieved well under a millisecond.</summary>
    internal const int SegmentLength = 2 * 128 * 1024;

    /// <summary>The primes from 2 to a number.</summary>
    /// <param name="upTo">The number, at least 1 and well below <see cref="int.MaxValue"/>.</param>
    /// <param name="onSegment">Told after each segment up to which number all are counted.</param>
    /// <param name="cancellationToken">Looked at before each segment.</param>
    public static int Count(int upTo, Action<int>? onSegment = null, CancellationToken cancellationToken = default)
    {
        // 1 is odd and no prime, and 2 is prime and not odd: taking the one for the other makes the count right from 2 on.
        if (upTo < 2)
            return 0;

        var primes = OddPrimes((int)Math.Sqrt(upTo));
        var next = Array.ConvertAll(primes, prime => (long)prime * prime);
        var composite = new byte[SegmentLength / 2];
        var count = 0;
        for (var low = 0; low <= upTo; low += SegmentLength)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var high = Math.Min(low + SegmentLength - 1, upTo);
            var segment = composite.AsSpan(0, (high - low + 1) / 2);
            Sieve(segment, low, primes, next);
            count += segment.Count((byte)0);
            onSegment?.Invoke(high);
        }

        return count;
    }

    /// <summary>Marks the odd composites of a segment: index i stands for low + 2i + 1.</summary>
    private static void Sieve(Span<byte> segment, int low, int[] primes, long[] next)
    {
        segment.Clear();
        for (var i = 0; i < primes.Length; i++)
        {
            // A higher prime's square lies further on still.
            var index = (next[i] - low) / 2;
            if (index >= segment.Length && next[i] == (long)primes[i] * primes[i])
                return;
            for (; index < segment.Length; index += primes[i])
                segment[(int)index] = 1;
            next[i] = low + (2 * index) + 1;
        }
    }

    private static int[] OddPrimes(int upTo)
    {
        var primes = new List<int>();
        var composite = new bool[upTo + 1];
        for (var number = 3; number <= upTo; number += 2)
        {
            if (composite[number])
                continue;
            primes.Add(number);
            for (var multiple = (long)number * number; multiple <= upTo; multiple += 2 * number)
                composite[multiple] = true;
        }

        return [.. primes];
    }
}

using BackgroundTasks.Api.Primes;

namespace BackgroundTasks.Api.Tests.Primes;

public sealed class PrimeCounterTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(9, 4)]
    [InlineData(10, 4)]
    [InlineData(100, 25)]
    [InlineData(2_000_000, 148_933)]
    [InlineData(100_000_000, 5_761_455)]
    public void The_count_is_the_known_one(int upTo, int count) => Assert.Equal(count, PrimeCounter.Count(upTo));

    [Fact]
    public void It_agrees_with_a_naive_count_on_both_sides_of_every_segment_border()
    {
        var naive = NaiveCounts(5 * PrimeCounter.SegmentLength);
        for (var border = PrimeCounter.SegmentLength; border < naive.Length; border += PrimeCounter.SegmentLength)
        {
            for (var upTo = border - 4; upTo <= border + 4 && upTo < naive.Length; upTo++)
                Assert.Equal(naive[upTo], PrimeCounter.Count(upTo));
        }
    }

    [Fact]
    public void It_agrees_with_a_naive_count_for_every_small_number()
    {
        var naive = NaiveCounts(2_000);
        Assert.All(Enumerable.Range(1, 1_999), upTo => Assert.Equal(naive[upTo], PrimeCounter.Count(upTo)));
    }

    [Fact]
    public void Every_segment_is_told_and_the_last_one_ends_at_the_number()
    {
        var told = new List<int>();
        PrimeCounter.Count(1_000_000, told.Add);
        Assert.Equal([262_143, 524_287, 786_431, 1_000_000], told);
    }

    [Fact]
    public void A_cancel_stops_it_before_the_next_segment()
    {
        using var cancel = new CancellationTokenSource();
        var segments = 0;
        Assert.Throws<OperationCanceledException>(() => PrimeCounter.Count(1_000_000_000, CancelAtTheThird, cancel.Token));
        Assert.Equal(3, segments);

        void CancelAtTheThird(int done)
        {
            if (++segments == 3)
                cancel.Cancel();
        }
    }

    private static int[] NaiveCounts(int length)
    {
        var counts = new int[length];
        for (var number = 2; number < length; number++)
        {
            var isPrime = true;
            for (var divisor = 2; isPrime && (long)divisor * divisor <= number; divisor++)
                isPrime = number % divisor != 0;
            counts[number] = counts[number - 1] + (isPrime ? 1 : 0);
        }

        return counts;
    }
}

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>How many primes there are, known without the service.</summary>
internal static class PrimeCounts
{
    private const int Sieved = 20_000;
    private static readonly int[] UpTo = Sieve();

    /// <summary>Known for long; they take the service from milliseconds to tenths of a second.</summary>
    private static readonly (int UpTo, int Count)[] Large =
        [(1_000_000, 78_498), (2_000_000, 148_933), (5_000_000, 348_513), (10_000_000, 664_579), (20_000_000, 1_270_607), (50_000_000, 3_001_134)];

    /// <summary>A number up to which they are known: mostly a small one.</summary>
    public static int Pick(Random random) => random.Next(3) > 0 ? random.Next(1, Sieved) : Large[random.Next(Large.Length)].UpTo;

    public static int Of(int upTo) => upTo < Sieved ? UpTo[upTo] : Large.Single(large => large.UpTo == upTo).Count;

    private static int[] Sieve()
    {
        var counts = new int[Sieved];
        for (var number = 2; number < Sieved; number++)
            counts[number] = counts[number - 1] + (IsPrime(number) ? 1 : 0);
        return counts;
    }

    private static bool IsPrime(int number)
    {
        for (var divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
                return false;
        }

        return true;
    }
}

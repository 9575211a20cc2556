using System.Globalization;

namespace BackgroundTasks.Api.Tests.Torture;

/// <summary>What a client submits, and the result that it must come to.</summary>
internal sealed record Work(string Type, string Payload, string Result)
{
    public static Work Pick(Random random) => random.Next(4) == 0 ? Wait(random.Next(1, 30) / 100m) : CountPrimes(PrimeCounts.Pick(random));

    private static Work CountPrimes(int upTo) =>
        Of("count-primes", $$"""{"upTo":{{upTo}}}""", $$"""{"upTo":{{upTo}},"count":{{PrimeCounts.Of(upTo)}}}""");

    /// <summary>Takes longer than a start may stay unwritten, and no processor: many of them run when a kill comes.</summary>
    private static Work Wait(decimal seconds) => Of("wait", $$"""{"seconds":{{seconds}}}""", $$"""{"seconds":{{seconds}}}""");

    private static Work Of(string type, FormattableString payload, FormattableString result) =>
        new(type, payload.ToString(CultureInfo.InvariantCulture), result.ToString(CultureInfo.InvariantCulture));
}

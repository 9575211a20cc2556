namespace BackgroundTasks.Api.Primes;

/// <summary>Adds the counting of primes.</summary>
internal static class PrimeExtensions
{
    /// <summary>The task type's name.</summary>
    public const string TaskType = "count-primes";

    /// <summary>Adds the task type <c>count-primes</c>.</summary>
    /// <param name="builder">The builder.</param>
    public static BackgroundTasksBuilder AddPrimes(this BackgroundTasksBuilder builder) =>
        builder.AddHandler<CountPrimesHandler, CountPrimesPayload, CountPrimesResult>(TaskType, static type =>
        {
            type.Description = "Counts the primes up to a number: computes, on a thread of its own.";
            type.Blocking = true;
            type.Example = new CountPrimesPayload(100_000_000);
        });
}

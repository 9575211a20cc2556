using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks.Api.Primes;

/// <summary>Asks how many primes there are.</summary>
/// <param name="UpTo">The highest number looked at, 1 to 1,000,000,000.</param>
internal sealed record CountPrimesPayload([property: Range(1, 1_000_000_000)] int UpTo);

/// <summary>How many primes there are.</summary>
/// <param name="UpTo">The highest number looked at.</param>
/// <param name="Count">The primes from 2 to it.</param>
internal sealed record CountPrimesResult(int UpTo, int Count);

using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks;

/// <summary>
/// How many tasks of a type may start in a time, in each process. The permits come evenly, one each <see cref="Period"/> / <see cref="Permits"/>,
/// and those not used are saved up to <see cref="Burst"/>.
/// </summary>
public sealed class BackgroundTaskRateLimit
{
    /// <summary>How many may start per period; 1 by default.</summary>
    [Range(1, 1_000_000)]
    public int Permits { get; set; } = 1;

    /// <summary>The period, 1 millisecond to 1 day; 1 second by default.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many may start at once after a quiet time; null, the default: as many as <see cref="Permits"/>, so that one period may see
    /// up to twice the permits, those saved and those that come. 1 spaces the starts evenly.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? Burst { get; set; }
}

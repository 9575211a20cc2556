using System.ComponentModel.DataAnnotations;

namespace BackgroundTasks;

/// <summary>The settings of one task type.</summary>
public sealed class BackgroundTaskTypeOptions
{
    /// <summary>What it does, for people: shown by <c>GET /task-types</c> and in Swagger.</summary>
    public string? Description { get; set; }

    /// <summary>The queue that its tasks use unless a submit says otherwise; <c>default</c> by default.</summary>
    public string Queue { get; set; } = BackgroundTasksOptions.DefaultQueue;

    /// <summary>
    /// The handler computes or blocks instead of awaiting. It then runs on a thread of its own, and its awaits return to that thread,
    /// so that it starves neither requests nor other handlers. False by default.
    /// </summary>
    public bool Blocking { get; set; }

    /// <summary>
    /// How many of its tasks run at once in each process, whichever queues they are in; null, the default: as many as there are workers.
    /// More wait in their queue, and hold back no other type.
    /// </summary>
    [Range(1, 100_000)]
    public int? MaxConcurrency { get; set; }

    /// <summary>How many of its tasks may start in a time, in each process; null, the default: any number. Each attempt counts. More wait in their queue, and hold back no other type.</summary>
    public BackgroundTaskRateLimit? RateLimit { get; set; }

    /// <summary>A payload that works, for people: shown by <c>GET /task-types</c> and in Swagger. Serialised like any payload.</summary>
    public object? Example { get; set; }

    /// <summary>How often the handler is called at most, unless a submit says otherwise: 1 to 100; 1 by default. Work that talks to a network wants 5.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 1;

    /// <summary>How long one attempt may take, unless a submit says otherwise; null, the default: without limit. It then fails as <c>timeout</c>.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>The bound of the wait before the second attempt; 2 seconds by default. It doubles with each attempt, and the wait is drawn from zero to it.</summary>
    public TimeSpan FirstRetryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Where that bound stops to double; 10 minutes by default.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Which exceptions are worth another attempt; null, the default: all. A <see cref="BackgroundTaskException.IsPermanent"/> one never is.</summary>
    public Func<Exception, bool>? RetryOn { get; set; }
}

using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>
/// Whether and when a failed attempt is followed by another: exponential backoff with full jitter, drawn from zero to a bound that doubles,
/// so that what failed together does not come back together.
/// </summary>
internal sealed class RetryPolicy(TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options, Func<double> random)
{
    private readonly TimeSpan _maxRetryAfter = options.Value.MaxRetryAfter;

    public RetryPolicy(TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options)
        : this(timeProvider, options, Random.Shared.NextDouble)
    {
    }

    /// <summary>The time of the next attempt; null: the task has failed for good.</summary>
    public DateTimeOffset? NextAttempt(BackgroundTask task, TaskType type, Exception exception)
    {
        if (task.Attempt >= task.Submission.MaxAttempts
            || exception is BackgroundTaskException { IsPermanent: true }
            || type.Options.RetryOn?.Invoke(exception) is false)
            return null;
        var bound = Math.Min(type.Options.FirstRetryDelay.TotalSeconds * Math.Pow(2, task.Attempt - 1), type.Options.MaxRetryDelay.TotalSeconds);
        var delay = TimeSpan.FromSeconds(bound * random());

        // Most often a receiver has asked for it: an external value, which must not put a task off for years.
        if ((exception as BackgroundTaskException)?.RetryAfter is { } asked)
        {
            var least = asked < _maxRetryAfter ? asked : _maxRetryAfter;
            delay = delay < least ? least : delay;
        }

        return timeProvider.GetUtcNow() + delay;
    }
}

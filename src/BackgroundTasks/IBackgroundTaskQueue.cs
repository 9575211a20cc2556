namespace BackgroundTasks;

/// <summary>The front door: accepts tasks and tells what became of them.</summary>
public interface IBackgroundTaskQueue
{
    /// <summary>Accepts a task: of the type that the options name, or else of the one type whose handler takes this payload. It is kept when the call returns.</summary>
    /// <typeparam name="TPayload">The handler's payload type.</typeparam>
    /// <param name="payload">The input; validated first.</param>
    /// <param name="options">What differs from the type's defaults.</param>
    /// <param name="cancellationToken">Gives the wait up; the task may have been accepted all the same.</param>
    /// <exception cref="BackgroundTaskRefusedException">The payload is invalid, the type or queue unknown, the id taken, or no one type takes the payload.</exception>
    /// <exception cref="BackgroundTaskQueueFullException">The queue is full, no memory is left for more tasks, or the process stops.</exception>
    ValueTask<BackgroundTask> EnqueueAsync<TPayload>(TPayload payload, BackgroundTaskSubmitOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The task as it is now; null where it is unknown, or no longer kept.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Waits until the task has ended, or the time is over: the task as it is then; null where it is unknown, or no longer kept. Waits without a thread.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    Task<BackgroundTask?> WaitAsync(Guid id, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Cancels a task: one that waits at once, one that runs by its handler's token.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The task as it is then; null where it is unknown. It is canceled, or runs on with <see cref="BackgroundTask.CancelRequested"/>, or had ended before.</returns>
    ValueTask<BackgroundTask?> CancelAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Queues a task again that failed or was canceled, under the same id, its attempts counted anew.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>How it ended, with the task as it is then; no task where it is unknown.</returns>
    ValueTask<RetryResult> RetryAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Removes the record of a task that has ended.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <returns>The task that is in the way because it has not ended, or else the one that was removed; null where it is unknown.</returns>
    ValueTask<BackgroundTask?> DeleteAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Lists tasks, newest first.</summary>
    /// <param name="filter">Which; null: all.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    /// <exception cref="BackgroundTaskRefusedException">The page token is not one of this filter.</exception>
    ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>The result of a task that succeeded.</summary>
    /// <typeparam name="TResult">The handler's result type.</typeparam>
    /// <param name="task">The task.</param>
    /// <exception cref="InvalidOperationException">The task has not succeeded.</exception>
    TResult? GetResult<TResult>(BackgroundTask task);
}

/// <summary>What became of a retry.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Task">The task as it is then; null where it is unknown.</param>
public readonly record struct RetryResult(RetryOutcome Outcome, BackgroundTask? Task);

/// <summary>How a retry ended.</summary>
public enum RetryOutcome
{
    /// <summary>It is queued again.</summary>
    Queued,

    /// <summary>No task has this id.</summary>
    Unknown,

    /// <summary>It has neither failed nor been canceled.</summary>
    NotEnded,

    /// <summary>Another active task has its unique key by now: the result's task is that one.</summary>
    UniqueKeyTaken,

    /// <summary>The process stops and accepts no tasks.</summary>
    Stopping,
}

/// <summary>What a submit may say beside type and payload.</summary>
public sealed record BackgroundTaskSubmitOptions
{
    /// <summary>The name under which the handler was registered; where it is left out, the one type that takes the payload.</summary>
    public string? Type { get; init; }

    /// <summary>The id to give the task, from <see cref="BackgroundTaskIds"/>; made where it is left out. Lets the submitter name something after the task before it can run.</summary>
    public Guid? Id { get; init; }

    /// <summary>The queue; the type's own where it is left out.</summary>
    public string? Queue { get; init; }

    /// <summary>Labels by which tasks are listed: at most 16, each up to 128 characters, no colon in a key.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>−100 to 100, higher first; 0 by default. Equals run in the order in which they were queued.</summary>
    public int Priority { get; init; }

    /// <summary>How long to wait before it is queued, ten years at most; at once by default. Not together with a time.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>When to queue it, within ten years; a time past queues it at once. Not together with a delay.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>How often its handler is called at most, 1 to 100; the type's own where it is left out.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long one attempt may take, more than zero and at most ten years; the type's own where it is left out.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>While a task of this type with this key has not ended, a second submit returns that task. Up to 255 characters.</summary>
    public string? UniqueKey { get; init; }
}

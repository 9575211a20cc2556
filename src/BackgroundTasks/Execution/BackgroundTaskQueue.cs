using System.Text.Json;
using BackgroundTasks.Diagnostics;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>The front door: what clients and code ask of tasks, each in a few lines over the store.</summary>
internal sealed class BackgroundTaskQueue(
    IBackgroundTaskStore store, TaskChanger changer, TaskTypeRegistry types, TaskWatch watch, BackgroundTaskIds ids, Gate gate,
    TimeProvider timeProvider, TaskTelemetry telemetry, IOptions<BackgroundTasksOptions> options) : IBackgroundTaskQueue
{
    private static readonly BackgroundTaskSubmitOptions ByDefault = new();

    private readonly IReadOnlyDictionary<string, BackgroundTaskQueueOptions> _queues = options.Value.AllQueues();

    public async ValueTask<BackgroundTask> EnqueueAsync<TPayload>(TPayload payload, BackgroundTaskSubmitOptions? submitOptions = null, CancellationToken cancellationToken = default)
    {
        submitOptions = submitOptions is null ? ByDefault : Copy(submitOptions);
        var type = submitOptions.Type is { } name
            ? types.Find(name) ?? throw new BackgroundTaskRefusedException($"The task type '{name}' is unknown. Known: {string.Join(", ", types.All.Select(known => known.Name))}.")
            : types.GetByPayload(typeof(TPayload));
        var json = JsonSerializer.SerializeToUtf8Bytes(payload, options.Value.SerializerOptions);
        if (SubmitRules.Check(type, json, submitOptions, options.Value, timeProvider.GetUtcNow(), out var bound) is { } errors)
            throw new BackgroundTaskRefusedException(errors);
        var (outcome, task) = await SubmitAsync(type, json, bound, submitOptions, null, cancellationToken);
        return outcome switch
        {
            SubmitOutcome.Accepted or SubmitOutcome.SameUniqueKey => task!,
            SubmitOutcome.SameId => throw new BackgroundTaskRefusedException($"There is a task with the id {submitOptions.Id:N} already. Take a new one from {nameof(BackgroundTaskIds)}, or leave it out."),
            SubmitOutcome.Stopping => throw new BackgroundTaskQueueFullException("The process stops and accepts no more tasks."),
            SubmitOutcome.NoMemory => throw new BackgroundTaskQueueFullException("No memory is left for more tasks. Try again later, or raise BackgroundTasks:MaxMemoryBytes."),
            SubmitOutcome.TooManyScheduled => throw new BackgroundTaskQueueFullException("Too many tasks are scheduled. Try again later, or raise BackgroundTasks:MaxScheduled."),
            _ => throw new BackgroundTaskQueueFullException($"The queue '{submitOptions.Queue ?? type.Options.Queue}' is full. Try again later, or raise BackgroundTasks:Queues:{submitOptions.Queue ?? type.Options.Queue}:Capacity."),
        };
    }

    /// <summary>Accepts what <see cref="SubmitRules"/> has found valid, and bound.</summary>
    public ValueTask<SubmitResult> SubmitAsync(TaskType type, ReadOnlyMemory<byte> payload, object? bound, BackgroundTaskSubmitOptions submitOptions, IdempotentRequest? request, CancellationToken cancellationToken) =>
        telemetry.ObservesSubmits ? AddObservedAsync(type, payload, bound, submitOptions, request, cancellationToken) : AddAsync(type, payload, bound, submitOptions, request, cancellationToken);

    private async ValueTask<SubmitResult> AddObservedAsync(TaskType type, ReadOnlyMemory<byte> payload, object? bound, BackgroundTaskSubmitOptions submitOptions, IdempotentRequest? request, CancellationToken cancellationToken)
    {
        // Its activity is the current one while the task is made: that is what the task keeps.
        using var submit = telemetry.StartSubmit(type.Name, submitOptions.Queue ?? type.Options.Queue);
        var result = await AddAsync(type, payload, bound, submitOptions, request, cancellationToken);
        submit.End(result);
        return result;
    }

    private async ValueTask<SubmitResult> AddAsync(TaskType type, ReadOnlyMemory<byte> payload, object? bound, BackgroundTaskSubmitOptions submitOptions, IdempotentRequest? request, CancellationToken cancellationToken)
    {
        if (!gate.TryEnter())
            return new SubmitResult(SubmitOutcome.Stopping, null);
        try
        {
            var task = Create(type, payload, bound, submitOptions, request);
            var capacity = task.State is BackgroundTaskState.Scheduled ? options.Value.MaxScheduled : _queues[task.Queue].Capacity;
            var (outcome, existing) = await store.AddAsync(task, capacity, cancellationToken);
            return outcome switch
            {
                AddOutcome.Added => new(SubmitOutcome.Accepted, task),
                AddOutcome.SameUniqueKey => new(SubmitOutcome.SameUniqueKey, existing),
                AddOutcome.SameIdempotencyKey when existing is null => new(SubmitOutcome.KeyPending, null),
                AddOutcome.SameIdempotencyKey => new(existing.Submission.Fingerprint.Span.SequenceEqual(request!.Fingerprint) ? SubmitOutcome.Replayed : SubmitOutcome.KeyReused, existing),
                AddOutcome.NoMemory => new(SubmitOutcome.NoMemory, null),
                AddOutcome.SameId => new(SubmitOutcome.SameId, existing),
                _ => new(task.State is BackgroundTaskState.Scheduled ? SubmitOutcome.TooManyScheduled : SubmitOutcome.QueueFull, null),
            };
        }
        finally
        {
            gate.Leave();
        }
    }

    public ValueTask<BackgroundTask?> FindAsync(Guid id, CancellationToken cancellationToken = default) => store.FindAsync(id, cancellationToken);

    public async Task<BackgroundTask?> WaitAsync(Guid id, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        using var watcher = watch.Register(id);
        return await WaitAsync(watcher, id, timeout, static task => task.IsTerminal, untilTerminal: true, cancellationToken);
    }

    /// <summary>Waits until the task is as wanted, or unknown, or the time is over. An end that was told since the registration counts, whatever became of the record.</summary>
    public async Task<BackgroundTask?> WaitAsync(TaskWatcher watcher, Guid id, TimeSpan timeout, Func<BackgroundTask, bool> wanted, bool untilTerminal, CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetTimestamp();
        while (true)
        {
            if (watcher.Told is { } told && wanted(told))
                return told;
            var task = await store.FindAsync(id, cancellationToken);
            if (task is null || wanted(task))
                return task ?? EndOf(watcher);
            if (!await watcher.WaitAsync(timeout - timeProvider.GetElapsedTime(begun), untilTerminal, cancellationToken))
                return await store.FindAsync(id, cancellationToken) ?? EndOf(watcher);
        }
    }

    public async ValueTask<BackgroundTask?> CancelAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await changer.ApplyAsync(id, timeProvider, static (clock, task) => task.Cancel(clock.GetUtcNow()), cancellationToken)).Found;

    public async ValueTask<RetryResult> RetryAsync(Guid id, CancellationToken cancellationToken = default)
    {
        // What is queued again is accepted again: once the process stops, nothing is, or a store in memory would lose it.
        if (!gate.TryEnter())
            return new(RetryOutcome.Stopping, await store.FindAsync(id, cancellationToken));
        try
        {
            return await QueueAgainAsync(id, cancellationToken);
        }
        finally
        {
            gate.Leave();
        }
    }

    public async ValueTask<BackgroundTask?> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var task = await store.FindAsync(id, cancellationToken);
            if (task is not { IsTerminal: true } || await store.TrySwapAsync(task, null, StoreWrite.Durable, cancellationToken) is SwapResult.Swapped)
                return task;
        }
    }

    public ValueTask<BackgroundTaskPage> ListAsync(BackgroundTaskFilter? filter = null, CancellationToken cancellationToken = default) =>
        store.ListAsync(filter is null ? new() : Copy(filter), cancellationToken);

    public TResult? GetResult<TResult>(BackgroundTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.State is not BackgroundTaskState.Succeeded)
            throw new InvalidOperationException($"Task {task.Id:N} has no result: it is {task.State}. Wait for it with WaitAsync, and look at its state first.");
        return task.Result.IsEmpty ? default : JsonSerializer.Deserialize<TResult>(task.Result.Span, options.Value.SerializerOptions);
    }

    /// <summary>The caller's objects are the caller's: what it changes in them later, or meanwhile, must not reach a task that is checked, waits or runs.</summary>
    private static BackgroundTaskSubmitOptions Copy(BackgroundTaskSubmitOptions given) => given.Tags is null ? given : given with { Tags = TaskTags.Of(given.Tags) };

    private static BackgroundTaskFilter Copy(BackgroundTaskFilter given) => given with { States = [.. given.States], Tags = given.Tags is null ? null : TaskTags.Of(given.Tags) };

    private async ValueTask<RetryResult> QueueAgainAsync(Guid id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var task = await store.FindAsync(id, cancellationToken);
            if (task is null)
                return new(RetryOutcome.Unknown, null);
            if (task.Retry(timeProvider.GetUtcNow()) is not { } queued)
                return new(RetryOutcome.NotEnded, task);
            switch (await store.TrySwapAsync(task, queued, StoreWrite.Durable, cancellationToken))
            {
                case SwapResult.Swapped:
                    return new(RetryOutcome.Queued, queued);
                case SwapResult.UniqueKeyTaken:
                    return new(RetryOutcome.UniqueKeyTaken, await store.FindByUniqueKeyAsync(task.Type, task.Submission.UniqueKey!, cancellationToken) ?? task);
            }
        }
    }

    private BackgroundTask Create(TaskType type, ReadOnlyMemory<byte> payload, object? bound, BackgroundTaskSubmitOptions submit, IdempotentRequest? request)
    {
        var now = timeProvider.GetUtcNow();
        var trace = RequestTrace.Current;
        var scheduledFor = submit.ScheduledFor ?? now + submit.Delay;
        return BackgroundTask.Create(
            new BackgroundTaskSubmission
            {
                Id = submit.Id ?? ids.Next(),
                Type = type.Name,
                Queue = submit.Queue ?? type.Options.Queue,
                Payload = payload,

                // The object may be many times as long as its JSON: not for one that waits, nor for a long one.
                Bound = scheduledFor > now || payload.Length > BackgroundTaskSubmission.LongestPayloadAtHand ? null : bound,
                CreatedAt = now,
                Priority = submit.Priority,
                MaxAttempts = submit.MaxAttempts ?? type.Options.MaxAttempts,
                Timeout = submit.Timeout ?? type.Options.Timeout,
                Tags = submit.Tags is { Count: > 0 } tags ? tags : null,
                UniqueKey = submit.UniqueKey,
                IdempotencyKey = request?.Key,
                Fingerprint = request?.Fingerprint,
                TraceParent = trace?.Parent,
                TraceState = trace?.State,
            },
            scheduledFor,
            followsClock: submit.ScheduledFor is not null);
    }

    /// <summary>Of a record that is gone, the end is what is left: it was told before.</summary>
    private static BackgroundTask? EndOf(TaskWatcher watcher) => watcher.Told is { IsTerminal: true } ended ? ended : null;
}

using System.Diagnostics;
using System.Text.Json;
using BackgroundTasks.TaskTypes;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Execution;

/// <summary>The front door: what clients and code ask of tasks, each in a few lines over the store.</summary>
internal sealed class BackgroundTaskQueue(
    IBackgroundTaskStore store, TaskChanger changer, TaskTypeRegistry types, TaskWatch watch, BackgroundTaskIds ids, Gate gate,
    TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options) : IBackgroundTaskQueue
{
    private readonly IReadOnlyDictionary<string, BackgroundTaskQueueOptions> _queues = options.Value.AllQueues();

    public async ValueTask<BackgroundTask> EnqueueAsync<TPayload>(TPayload payload, BackgroundTaskSubmitOptions? submitOptions = null, CancellationToken cancellationToken = default)
    {
        submitOptions ??= new();
        var type = submitOptions.Type is { } name
            ? types.Find(name) ?? throw new BackgroundTaskRefusedException($"The task type '{name}' is unknown. Known: {string.Join(", ", types.All.Select(known => known.Name))}.")
            : types.GetByPayload(typeof(TPayload));
        var json = JsonSerializer.SerializeToUtf8Bytes(payload, options.Value.SerializerOptions);
        if (SubmitRules.Check(type, json, submitOptions, options.Value) is { Count: > 0 } errors)
            throw new BackgroundTaskRefusedException(errors);
        var (outcome, task) = await SubmitAsync(type, json, submitOptions, cancellationToken);
        return outcome switch
        {
            SubmitOutcome.Accepted => task!,
            SubmitOutcome.Stopping => throw new BackgroundTaskQueueFullException("The process stops and accepts no more tasks."),
            _ => throw new BackgroundTaskQueueFullException($"The queue '{submitOptions.Queue ?? type.Options.Queue}' is full. Try again later, or raise BackgroundTasks:Queues:{submitOptions.Queue ?? type.Options.Queue}:Capacity."),
        };
    }

    /// <summary>Accepts what <see cref="SubmitRules"/> has found valid.</summary>
    public async ValueTask<SubmitResult> SubmitAsync(TaskType type, ReadOnlyMemory<byte> payload, BackgroundTaskSubmitOptions submitOptions, CancellationToken cancellationToken)
    {
        if (!gate.TryEnter())
            return new SubmitResult(SubmitOutcome.Stopping, null);
        try
        {
            var queue = submitOptions.Queue ?? type.Options.Queue;
            var task = BackgroundTask.Create(new BackgroundTaskSubmission
            {
                Id = submitOptions.Id ?? ids.Next(),
                Type = type.Name,
                Queue = queue,
                Payload = payload,
                CreatedAt = timeProvider.GetUtcNow(),
                Tags = submitOptions.Tags is { Count: > 0 } tags ? tags : null,
                TraceParent = Activity.Current?.Id,
                TraceState = Activity.Current?.TraceStateString,
            });
            var added = await store.AddAsync(task, _queues[queue].Capacity, cancellationToken);
            return added.Outcome is AddOutcome.Added ? new SubmitResult(SubmitOutcome.Accepted, task) : new SubmitResult(SubmitOutcome.QueueFull, null);
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

    /// <summary>Waits until the task is as wanted, or unknown, or the time is over.</summary>
    public async Task<BackgroundTask?> WaitAsync(TaskWatcher watcher, Guid id, TimeSpan timeout, Func<BackgroundTask, bool> wanted, bool untilTerminal, CancellationToken cancellationToken)
    {
        var begun = timeProvider.GetTimestamp();
        while (true)
        {
            var task = await store.FindAsync(id, cancellationToken);
            if (task is null || wanted(task))
                return task;
            if (!await watcher.WaitAsync(timeout - timeProvider.GetElapsedTime(begun), untilTerminal, cancellationToken))
                return await store.FindAsync(id, cancellationToken);
        }
    }

    public async ValueTask<BackgroundTask?> CancelAsync(Guid id, CancellationToken cancellationToken = default) =>
        (await changer.ApplyAsync(id, task => task.Cancel(timeProvider.GetUtcNow()), cancellationToken)).Found;

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
        store.ListAsync(filter ?? new(), cancellationToken);

    public TResult? GetResult<TResult>(BackgroundTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.State is not BackgroundTaskState.Succeeded)
            throw new InvalidOperationException($"Task {task.Id:N} has no result: it is {task.State}. Wait for it with WaitAsync, and look at its state first.");
        return task.Result.IsEmpty ? default : JsonSerializer.Deserialize<TResult>(task.Result.Span, options.Value.SerializerOptions);
    }
}

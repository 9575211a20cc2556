using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http;

/// <summary>The queues: what they hold, pause and resume; and the node that runs them.</summary>
internal static class QueueEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext context, IBackgroundTaskStore store, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options) =>
        new JsonResult<QueueListResponse>(new(await ReadAsync(store, timeProvider, options.Value, context.RequestAborted)), TaskJsonContext.Default.QueueListResponse);

    public static async Task<IResult> GetAsync(string name, HttpContext context, IBackgroundTaskStore store, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options) =>
        (await ReadAsync(store, timeProvider, options.Value, context.RequestAborted)).FirstOrDefault(queue => queue.Name == name) is { } found
            ? new JsonResult<QueueResponse>(found, TaskJsonContext.Default.QueueResponse)
            : UnknownQueue(options.Value);

    public static Task<IResult> PauseAsync(string name, HttpContext context, QueueControl control, IBackgroundTaskStore store, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options) =>
        SetPausedAsync(name, true, context, control, store, timeProvider, options);

    public static Task<IResult> ResumeAsync(string name, HttpContext context, QueueControl control, IBackgroundTaskStore store, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options) =>
        SetPausedAsync(name, false, context, control, store, timeProvider, options);

    public static IResult ListNodes(TaskWorker worker)
    {
        var node = worker.Describe();
        return new JsonResult<NodeListResponse>(
            new([new(node.Name, node.Version, node.StartedAt.UtcDateTime, node.LastHeartbeat.UtcDateTime, node.Workers, node.Running)]),
            TaskJsonContext.Default.NodeListResponse);
    }

    private static async Task<IResult> SetPausedAsync(string name, bool paused, HttpContext context, QueueControl control, IBackgroundTaskStore store, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options)
    {
        if (!options.Value.AllQueues().ContainsKey(name))
            return UnknownQueue(options.Value);
        await control.SetPausedAsync(name, paused, CancellationToken.None);
        return await GetAsync(name, context, store, timeProvider, options);
    }

    private static async Task<IReadOnlyList<QueueResponse>> ReadAsync(IBackgroundTaskStore store, TimeProvider timeProvider, BackgroundTasksOptions options, CancellationToken cancellationToken)
    {
        var counts = (await store.GetOverviewAsync(cancellationToken)).Queues.ToDictionary(queue => queue.Queue);
        return
        [
            .. options.AllQueues().OrderBy(queue => queue.Key, StringComparer.Ordinal).Select(queue =>
                Represent(counts.GetValueOrDefault(queue.Key) ?? new(queue.Key, 0, 0, 0, 0, 0, 0), queue.Value, timeProvider.GetUtcNow())),
        ];
    }

    private static QueueResponse Represent(QueueCounts counts, BackgroundTaskQueueOptions settings, DateTimeOffset now) => new()
    {
        Name = counts.Queue,
        Scheduled = counts.Scheduled,
        Queued = counts.Queued,
        Running = counts.Running,
        Succeeded = counts.Succeeded,
        Failed = counts.Failed,
        Canceled = counts.Canceled,
        OldestQueuedAgeSeconds = counts.OldestQueuedAt is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : null,
        Capacity = settings.Capacity,
        Workers = settings.Workers,
        BlockingWorkers = Math.Min(settings.BlockingWorkers, settings.Workers),
        Paused = counts.Paused,
    };

    private static ProblemResult UnknownQueue(BackgroundTasksOptions options) =>
        new(StatusCodes.Status404NotFound, $"No queue has this name. Known: {string.Join(", ", options.AllQueues().Keys)}.");
}

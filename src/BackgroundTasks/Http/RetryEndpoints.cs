using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>Retry, of one task or of many.</summary>
internal static class RetryEndpoints
{
    private const int MaxRetried = 1_000;
    private static readonly BackgroundTaskState[] Retryable = [BackgroundTaskState.Failed, BackgroundTaskState.Canceled];

    public static async Task<IResult> RetryAsync(string id, BackgroundTaskQueue queue)
    {
        if (!TaskId.TryParse(id, out var taskId))
            return Problems.UnknownTask();
        var (outcome, task) = await queue.RetryAsync(taskId, CancellationToken.None);
        return outcome switch
        {
            RetryOutcome.Queued => new TaskResult(task!, StatusCodes.Status202Accepted),
            RetryOutcome.Unknown => Problems.UnknownTask(),
            RetryOutcome.Stopping => Problems.Stopping(),
            RetryOutcome.UniqueKeyTaken => Problems.Conflict(task!, "Another active task has its uniqueKey by now. Wait for that one to end, or cancel it."),
            _ => Problems.Conflict(task!, "Only a task that failed or was canceled can be queued again. Submit a new one instead."),
        };
    }

    public static async Task<IResult> RetryManyAsync(HttpContext context, BackgroundTaskQueue queue)
    {
        var errors = new Dictionary<string, string[]>();
        var filter = ListQuery.Read(context.Request.Query, errors);
        if (errors.Count > 0)
            return Problems.Invalid(errors);
        filter = filter with { States = [.. filter.States.Count == 0 ? Retryable : filter.States.Intersect(Retryable)], PageSize = 200, PageToken = null };
        if (filter.States.Count == 0)
            return Answer(0);

        // Listed before anything is changed: what is queued again must not be met on a later page.
        var ids = new List<Guid>();
        do
        {
            var page = await queue.ListAsync(filter, context.RequestAborted);
            ids.AddRange(page.Tasks.Select(task => task.Id));
            filter = filter with { PageToken = page.Next };
        }
        while (filter.PageToken is not null && ids.Count < MaxRetried);

        var retried = 0;
        foreach (var id in ids.Take(MaxRetried))
        {
            var outcome = (await queue.RetryAsync(id, CancellationToken.None)).Outcome;
            if (outcome is RetryOutcome.Stopping)
                return Problems.Stopping();
            retried += outcome is RetryOutcome.Queued ? 1 : 0;
        }

        return Answer(retried);
    }

    private static JsonResult<RetriedResponse> Answer(int retried) =>
        new(new(retried), TaskJsonContext.Default.RetriedResponse) { StatusCode = StatusCodes.Status202Accepted };
}

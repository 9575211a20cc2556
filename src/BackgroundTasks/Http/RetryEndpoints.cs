using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>Retry, of one task or of many.</summary>
internal static class RetryEndpoints
{
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
        if (!ListQuery.Selects(filter))
            return Problems.Invalid("status", "Say which tasks are meant: one or more of status, type, queue, tag, createdAfter and createdBefore. For all that failed: status=failed.");
        ManyRetried many;
        try
        {
            many = await new ManyRetrier(queue).RetryAsync(filter, context.RequestAborted);
        }
        catch (BackgroundTaskRefusedException refused)
        {
            return Problems.Invalid(refused.Errors);
        }

        if (many is { IsStopping: true, Retried: 0 })
            return Problems.Stopping();
        var next = many.Next is null && !many.IsStopping ? null : $"{RoutePrefix.Of(context)}/tasks/retry{ListQuery.Next(context.Request.Query, many.Next)}";
        return new JsonResult<RetriedResponse>(new(many.Retried, many.Skipped, next, next is not null), TaskJsonContext.Default.RetriedResponse)
        {
            StatusCode = StatusCodes.Status202Accepted,
        };
    }
}

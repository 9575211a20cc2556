using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary>Cancel and delete.</summary>
internal static class ControlEndpoints
{
    public static async Task<IResult> CancelAsync(string id, BackgroundTaskQueue queue)
    {
        if (!TaskId.TryParse(id, out var taskId) || await queue.CancelAsync(taskId, CancellationToken.None) is not { } task)
            return Problems.UnknownTask();
        return task.State switch
        {
            BackgroundTaskState.Canceled => new TaskResult(task, StatusCodes.Status200OK),
            BackgroundTaskState.Running => new TaskResult(task, StatusCodes.Status202Accepted),
            _ => Problems.Conflict(task, "The task has ended already and cannot be canceled. DELETE it to remove its record."),
        };
    }

    public static async Task<IResult> DeleteAsync(string id, BackgroundTaskQueue queue)
    {
        if (!TaskId.TryParse(id, out var taskId) || await queue.DeleteAsync(taskId, CancellationToken.None) is not { } task)
            return Problems.UnknownTask();
        return task.IsTerminal
            ? TypedResults.NoContent()
            : Problems.Conflict(task, "The task has not ended. Cancel it first: POST …/cancel.");
    }
}

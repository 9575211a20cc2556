using BackgroundTasks.Http;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks;

/// <summary>Answers for endpoints of one's own that submit tasks.</summary>
public static class BackgroundTaskResults
{
    /// <summary>202 with the task, its Location, ETag and Retry-After, as POST /tasks answers.</summary>
    /// <param name="task">The accepted task.</param>
    public static IResult Accepted(BackgroundTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return new TaskResult(task, StatusCodes.Status202Accepted);
    }

    /// <summary>503 with Retry-After: what <see cref="BackgroundTaskQueueFullException"/> means to a client.</summary>
    /// <param name="exception">The refusal.</param>
    public static IResult Unavailable(BackgroundTaskQueueFullException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new ProblemResult(StatusCodes.Status503ServiceUnavailable, exception.Message) { Headers = { ["Retry-After"] = "1" } };
    }

    /// <summary>400 with the errors by JSON path: what <see cref="BackgroundTaskRefusedException"/> means to a client.</summary>
    /// <param name="exception">The refusal.</param>
    public static IResult Invalid(BackgroundTaskRefusedException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Errors.Count > 0 ? Problems.Invalid(exception.Errors) : new ProblemResult(StatusCodes.Status400BadRequest, exception.Message);
    }
}

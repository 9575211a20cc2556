using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Http;

/// <summary><c>GET /task-types</c> and <c>GET /task-types/{type}</c>.</summary>
internal static class TaskTypeEndpoints
{
    public static IResult List(IBackgroundTaskTypes types) =>
        new JsonResult<TaskTypeListResponse>(new(types.List()), TaskJsonContext.Default.TaskTypeListResponse);

    public static IResult Get(string type, IBackgroundTaskTypes types) => types.Find(type) is { } found
        ? new JsonResult<TaskTypeResponse>(found, TaskJsonContext.Default.TaskTypeResponse)
        : new ProblemResult(StatusCodes.Status404NotFound, $"No task type has this name. Known: {string.Join(", ", types.List().Select(known => known.Name))}.");
}

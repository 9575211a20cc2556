using System.Text.Json.Serialization;
using BackgroundTasks.Execution;
using BackgroundTasks.TaskTypes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.Http;

/// <summary>A task was started from a URL.</summary>
/// <param name="Id">The id to ask for the result by.</param>
public sealed record StartedTaskResponse([property: JsonPropertyName("submit task id is")] string Id);

/// <summary>The result of a task that was started from a URL.</summary>
/// <param name="Result">The result; null where there is none; the text <c>task not finish</c> before the end.</param>
/// <param name="Error">Why there is no result; left out where there is one, or not yet.</param>
public sealed record TaskResultResponse(
    RawJson Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskErrorResponse? Error = null);

/// <summary><c>/start_task</c> and <c>/get_result</c>: a task from a URL alone, for those who come from FastAPI.</summary>
internal static class StartTaskEndpoints
{
    private static readonly RawJson NotFinished = new("\"task not finish\""u8.ToArray());

    public static async Task<IResult> StartAsync(HttpContext context, BackgroundTaskQueue queue, TaskTypeRegistry types, TimeProvider timeProvider, IOptions<BackgroundTasksOptions> options)
    {
        var name = context.Request.Query.TryGetValue("type", out var given) ? given.ToString() : "wait";
        if (types.Find(name) is not { } type)
            return Problems.Invalid("type", $"Unknown task type. Known: {string.Join(", ", types.All.Select(known => known.Name))}.");
        var query = given.Count == 0 && context.Request.Query.Count == 0
            ? [new("seconds", "2")]
            : context.Request.Query.Where(parameter => parameter.Key != "type");
        var payload = type.ReadQuery(query, out var unread);
        var submit = new BackgroundTaskSubmitOptions();
        var errors = SubmitRules.Check(type, payload, submit, options.Value, timeProvider.GetUtcNow(), out var bound) ?? [];
        foreach (var (path, messages) in unread)
            errors[path] = messages;
        if (errors.Count > 0)
            return Problems.Invalid(errors);
        var (outcome, task) = await queue.SubmitAsync(type, payload, bound, submit, null, CancellationToken.None);
        return outcome switch
        {
            SubmitOutcome.Accepted => new JsonResult<StartedTaskResponse>(new(task!.Id.ToString("N")), TaskJsonContext.Default.StartedTaskResponse),
            SubmitOutcome.NoMemory => Problems.NoMemory(),
            SubmitOutcome.Stopping => Problems.Stopping(),
            _ => Problems.QueueFull(type.Options.Queue),
        };
    }

    public static async Task<IResult> GetResultAsync(HttpContext context, BackgroundTaskQueue queue)
    {
        if (context.Request.Query["task_id"] is var id && StringValues.IsNullOrEmpty(id))
            return Problems.Invalid("task_id", "It is required: the id that /start_task answered.");
        if (!TaskId.TryParse(id.ToString(), out var taskId) || await queue.FindAsync(taskId, context.RequestAborted) is not { } task)
            return Problems.UnknownTask();
        return new JsonResult<TaskResultResponse>(
            task.State switch
            {
                BackgroundTaskState.Succeeded => new(new RawJson(task.Result)),
                BackgroundTaskState.Failed => new(default, new(task.Error!.Type, task.Error.Message, task.Error.Attempt)),
                BackgroundTaskState.Canceled => new(default, new("canceled", "The task was canceled.", task.Attempt)),
                _ => new(NotFinished),
            },
            TaskJsonContext.Default.TaskResultResponse);
    }
}

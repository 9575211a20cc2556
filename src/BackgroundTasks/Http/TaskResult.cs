using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http;

/// <summary>Answers with a task: its ETag, where it is (twice: pollers of the Azure SDKs take the first 200 of a Location for the end, and read the status behind an Operation-Location), when to ask again, and its representation.</summary>
internal sealed class TaskResult(BackgroundTask task, int statusCode) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => statusCode;

    /// <summary>Says where the task is: an answer to something other than its GET.</summary>
    public bool WithLocation { get; init; } = true;

    /// <summary>An empty answer, as the client prefers.</summary>
    public bool Minimal { get; init; }

    /// <summary>The request was answered before.</summary>
    public bool Replayed { get; init; }

    /// <summary>How long its record is kept once it has finished; null: as the options say.</summary>
    public TimeSpan? Retention { get; init; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var prefix = RoutePrefix.Of(httpContext);
        response.StatusCode = statusCode;
        response.Headers.ETag = TaskRepresentation.ETagOf(task);
        if (WithLocation)
        {
            var self = TaskRepresentation.SelfOf(prefix, task.Id);
            response.Headers.Location = self;
            response.Headers["Operation-Location"] = self;
        }

        if (!task.IsTerminal)
            response.Headers.RetryAfter = "1";
        if (Replayed)
            response.Headers["Idempotent-Replayed"] = "true";
        if (Minimal)
        {
            response.ContentLength = 0;
            return Task.CompletedTask;
        }

        var retention = Retention ?? httpContext.RequestServices.GetRequiredService<IOptions<BackgroundTasksOptions>>().Value.Retention;
        return JsonBody.WriteTaskAsync(httpContext, task, prefix, retention);
    }
}

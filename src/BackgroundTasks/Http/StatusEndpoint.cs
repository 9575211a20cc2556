using System.Globalization;
using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace BackgroundTasks.Http;

/// <summary><c>GET /tasks/{id}</c>, also as a long-poll, and HEAD.</summary>
internal sealed class StatusEndpoint(BackgroundTaskQueue queue, TaskWatch watch, IOptions<BackgroundTasksOptions> options)
{
    private readonly BackgroundTasksOptions _options = options.Value;

    public async ValueTask<IResult> GetAsync(HttpContext context)
    {
        if (!TaskId.TryParse(context.Request.RouteValues["id"] as string, out var taskId))
            return Problems.UnknownTask();
        var wait = TimeSpan.Zero;
        if (!HttpMethods.IsHead(context.Request.Method) && !TryReadWait(context, _options.MaxWait, out wait))
            return Problems.Invalid("wait", string.Create(CultureInfo.InvariantCulture, $"It is a number of seconds from 0 to {_options.MaxWait.TotalSeconds:0.###}."));

        var known = context.Request.Headers.IfNoneMatch;
        BackgroundTask? task;
        if (wait > TimeSpan.Zero)
        {
            using var watcher = watch.Register(taskId);
            var anyChange = known.Count > 0;
            task = await queue.WaitAsync(watcher, taskId, wait, task => anyChange ? !Matches(known, task) : task.IsTerminal, untilTerminal: !anyChange, context.RequestAborted);
        }
        else
            task = await queue.FindAsync(taskId, context.RequestAborted);

        if (task is null)
            return Problems.UnknownTask();
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.Vary = "Accept, Prefer";
        if (!Matches(known, task))
            return new TaskResult(task, StatusCodes.Status200OK) { WithLocation = false, Retention = _options.Retention };
        context.Response.Headers.ETag = TaskRepresentation.ETagOf(task);
        return TypedResults.StatusCode(StatusCodes.Status304NotModified);
    }

    /// <summary>The query first, then the preference; false where the query is no wait.</summary>
    private static bool TryReadWait(HttpContext context, TimeSpan maxWait, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (context.Request.Query.TryGetValue("wait", out var text))
        {
            if (!WireNumber.TryParse(text.ToString(), out double seconds) || !(seconds >= 0 && seconds <= maxWait.TotalSeconds))
                return false;
            wait = TimeSpan.FromSeconds(seconds);
            return true;
        }

        var prefer = Prefer.Read(context.Request.Headers["Prefer"], maxWait);
        if (prefer.Wait is { } preferred)
        {
            wait = preferred;
            context.Response.Headers["Preference-Applied"] = prefer.Applied(waited: true, accepted: false);
        }

        return true;
    }

    private static bool Matches(Microsoft.Extensions.Primitives.StringValues known, BackgroundTask task)
    {
        if (known.Count == 0)
            return false;
        var tag = TaskRepresentation.ETagOf(task);
        return known is [var one] && one == tag
            || (EntityTagHeaderValue.TryParseList(known, out var tags)
                && tags.Any(candidate => candidate.Tag == "*" || candidate.Compare(EntityTagHeaderValue.Parse(tag), useStrongComparison: false)));
    }
}

using System.Globalization;
using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
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
        var task = wait > TimeSpan.Zero ? await WaitAsync(taskId, wait, known, context.RequestAborted) : await queue.FindAsync(taskId, context.RequestAborted);
        if (task is null)
            return Problems.UnknownTask();
        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.Vary = "Accept, Prefer";
        if (FindTag(known, task) is not { } tag)
            return new TaskResult(task, StatusCodes.Status200OK) { WithLocation = false, Retention = _options.Retention };
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.Headers.ETag = tag;
        return TypedResults.Empty;
    }

    /// <summary>Until the task has finished; or, if the client names what it knows, until that is not true any more.</summary>
    private async Task<BackgroundTask?> WaitAsync(Guid id, TimeSpan wait, StringValues known, CancellationToken cancellationToken)
    {
        using var watcher = watch.Register(id);
        var anyChange = known.Count > 0;
        return await queue.WaitAsync(watcher, id, wait, task => anyChange ? FindTag(known, task) is null : task.IsTerminal, untilTerminal: !anyChange, cancellationToken);
    }

    /// <summary>The query first, then the preference; false where the query is no wait.</summary>
    private static bool TryReadWait(HttpContext context, TimeSpan maxWait, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (context.Request.QueryString.HasValue && context.Request.Query.TryGetValue("wait", out var text))
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

    /// <summary>The task's tag if the client knows it, else null. The client's own text is used again if it is the same.</summary>
    private static string? FindTag(StringValues known, BackgroundTask task)
    {
        if (known.Count == 0)
            return null;
        if (known is [{ } one] && TaskRepresentation.IsETagOf(task, one))
            return one;
        var tag = TaskRepresentation.ETagOf(task);
        var own = EntityTagHeaderValue.Parse(tag);
        return EntityTagHeaderValue.TryParseList(known, out var tags) && tags.Any(candidate => candidate.Tag == "*" || candidate.Compare(own, useStrongComparison: false)) ? tag : null;
    }
}

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
        return new TaskResult(task, Matches(known, task) ? StatusCodes.Status304NotModified : StatusCodes.Status200OK) { WithLocation = false, Retention = _options.Retention };
    }

    /// <summary>Until the task has finished; or, if the client names what it knows, until that is not true any more.</summary>
    private async Task<BackgroundTask?> WaitAsync(Guid id, TimeSpan wait, StringValues known, CancellationToken cancellationToken)
    {
        using var watcher = watch.Register(id);
        var anyChange = known.Count > 0;
        return await queue.WaitAsync(watcher, id, wait, task => anyChange ? !Matches(known, task) : task.IsTerminal, untilTerminal: !anyChange, cancellationToken);
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

    private static bool Matches(StringValues known, BackgroundTask task)
    {
        if (known.Count == 0)
            return false;
        if (known is [{ } one] && TaskRepresentation.IsETagOf(task, one))
            return true;
        var tag = EntityTagHeaderValue.Parse(TaskRepresentation.ETagOf(task));
        return EntityTagHeaderValue.TryParseList(known, out var tags) && tags.Any(candidate => candidate.Tag == "*" || candidate.Compare(tag, useStrongComparison: false));
    }
}

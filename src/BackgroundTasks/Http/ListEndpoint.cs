using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;

namespace BackgroundTasks.Http;

/// <summary><c>GET /tasks</c>.</summary>
internal static class ListEndpoint
{
    public static async Task<IResult> ListAsync(HttpContext context, BackgroundTaskQueue queue, IOptions<BackgroundTasksOptions> options)
    {
        var errors = new Dictionary<string, string[]>();
        var filter = ListQuery.Read(context.Request.Query, errors);
        if (errors.Count > 0)
            return Problems.Invalid(errors);
        BackgroundTaskPage page;
        try
        {
            page = await queue.ListAsync(filter, context.RequestAborted);
        }
        catch (BackgroundTaskRefusedException refused)
        {
            return Problems.Invalid(refused.Errors);
        }

        var prefix = RoutePrefix.Of(context);
        if (page.Next is { } next)
            context.Response.Headers.Link = $"<{prefix}/tasks{NextQuery(context.Request.Query, next)}>; rel=\"next\"";
        context.Response.Headers.CacheControl = "private, no-cache";
        return new JsonResult<TaskListResponse>(
            new([.. page.Tasks.Select(task => TaskRepresentation.Of(task, prefix, options.Value.Retention))], page.Next),
            TaskJsonContext.Default.TaskListResponse);
    }

    private static QueryString NextQuery(IQueryCollection query, string token)
    {
        var next = new QueryBuilder();
        foreach (var (name, values) in query.Where(parameter => parameter.Key != ListQuery.PageToken))
            next.Add(name, values.Select(value => value ?? ""));
        next.Add(ListQuery.PageToken, token);
        return next.ToQueryString();
    }
}

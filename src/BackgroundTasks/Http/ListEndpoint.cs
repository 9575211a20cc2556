using BackgroundTasks.Execution;
using Microsoft.AspNetCore.Http;
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
            page = await queue.ListAsync(filter with { PageBytes = options.Value.MaxPageBytes }, context.RequestAborted);
        }
        catch (BackgroundTaskRefusedException refused)
        {
            return Problems.Invalid(refused.Errors);
        }

        if (page.Next is { } next)
            context.Response.Headers.Link = $"<{RoutePrefix.Of(context)}/tasks{ListQuery.Next(context.Request.Query, next)}>; rel=\"next\"";
        context.Response.Headers.CacheControl = "private, no-cache";
        return new TaskPageResult(page, options.Value.Retention);
    }
}

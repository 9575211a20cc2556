using Microsoft.AspNetCore.Diagnostics;

namespace BackgroundTasks.AfterResponse;

/// <summary>Sees the exception that the developer page shows: unlike the exception handler, the page leaves no trace of it on the request.</summary>
internal sealed class AfterResponseDeveloperPageFilter : IDeveloperPageExceptionFilter
{
    public Task HandleExceptionAsync(ErrorContext errorContext, Func<ErrorContext, Task> next)
    {
        AfterResponseList.DiscardOf(errorContext.HttpContext);
        return next(errorContext);
    }
}
